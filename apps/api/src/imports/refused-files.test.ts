import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CSV, createImportTest, type ImportTest } from '../test-support/create-import-test.ts'
import { HEADER, pupil, roster } from '../test-support/roster.ts'

const redis = testRedis()
let test: ImportTest
beforeEach(async () => {
  test = await createImportTest({ redisUrl: redis.url })
})
afterEach(() => test.close())

describe('a file that is refused as a whole', () => {
  const lines = [HEADER, pupil('S1')].join('\r\n')
  it.each<[string, string | Buffer, number, string, number | undefined, string]>([
    ['empty', '', 422, 'IMPORT_FILE_EMPTY', undefined, 'no rows'],
    ['a header only', HEADER, 422, 'IMPORT_FILE_EMPTY', undefined, 'no rows'],
    ['without a header', pupil('S1'), 422, 'IMPORT_HEADER_WRONG', 1, 'first row is no header'],
    [
      'without a column',
      lines.replace('grade', 'note').replace('birthDate', 'expected'),
      422,
      'IMPORT_HEADER_WRONG',
      1,
      'Missing: birthDate',
    ],
    ['with an unknown column', lines.replace('grade', 'salary'), 422, 'IMPORT_HEADER_WRONG', 1, '"salary", is unknown'],
    ['with a column twice', lines.replace('grade', 'personId'), 422, 'IMPORT_HEADER_WRONG', 1, 'as column 2 is already'],
    ['with a cell too many', `${lines};x`, 422, 'IMPORT_ROW_MALFORMED', 2, 'has 11 cells; the header has 10'],
    ['with a cell too few in its third row', `${lines}\r\nstudent;S2`, 422, 'IMPORT_ROW_MALFORMED', 3, 'has 2 cells'],
    ['with a quotation mark that is not closed', `${lines}\r\n"student;S2`, 422, 'IMPORT_ROW_MALFORMED', 3, 'never closed'],
    ['in UTF-16', Buffer.from(`\ufeff${lines}`, 'utf16le'), 422, 'IMPORT_NOT_UTF8', 1, 'CSV UTF-8'],
    [
      'in Windows-1251',
      Buffer.concat([Buffer.from(lines), Buffer.from('\r\nstudent;\xc5\xeb\xe8', 'latin1')]),
      422,
      'IMPORT_NOT_UTF8',
      3,
      'CSV UTF-8',
    ],
  ])('%s', async (_what, body, status, code, row, detail) => {
    const answer = await test.upload(body)
    expect([answer.status, answer.body.code, answer.body.row]).toEqual([status, code, row])
    expect(answer.body.detail).toContain(detail)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(await test.rows()).toEqual({})
  })

  it('after thousands of good rows, of which none is left', async () => {
    const many = Array.from({ length: 1_200 }, (_none, index) => pupil(`S${index}`))
    const { status, body } = await test.upload([HEADER, ...many, 'student;too;few'].join('\n'))
    expect([status, body.row]).toEqual([422, 1_202])
    expect(await test.rows()).toEqual({})
  })

  it('as anything but CSV or a form, in another charset or compressed', async () => {
    const refused = await Promise.all([
      test.sendBytes(Buffer.from('{}'), { 'content-type': 'application/json' }),
      test.sendBytes(Buffer.from(roster), { 'content-type': 'application/vnd.ms-excel' }),
      test.sendBytes(Buffer.from(roster), {}),
      test.upload(roster, { 'content-type': 'text/csv; charset=windows-1251' }),
      test.upload(roster, { 'content-encoding': 'gzip' }),
    ])
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(Array(5).fill([415, 'UNSUPPORTED_MEDIA_TYPE']))
    expect(await test.rows()).toEqual({})
    // And nobody else has begun to read files.
    expect((await test.post('/student-create', roster, { headers: CSV })).status).toBe(415)
  })

  it('as a form that holds anything else', async () => {
    const file = { name: 'file', filename: 'roster.csv', content: roster }
    const refused = [
      await test.uploadForm([{ ...file, name: 'roster' }]),
      await test.uploadForm([{ name: 'file', content: roster }]),
      await test.uploadForm([file, { ...file, name: 'second' }]),
      await test.uploadForm([file, { name: 'reason', content: 'because' }]),
      await test.sendBytes(Buffer.from(roster), { 'content-type': 'multipart/form-data' }),
      await test.sendBytes(Buffer.from(''), { 'content-type': 'multipart/form-data; boundary=x' }),
    ]
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(Array(6).fill([422, 'INVALID_BODY']))
    expect(await test.rows()).toEqual({})
  })

  it('as a form that ends before its file does', async () => {
    const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    const answer = await test.sendBytes(Buffer.from(`${head}${roster}`), { 'content-type': 'multipart/form-data; boundary=x' })
    expect([answer.status, answer.body.code]).toEqual([400, 'IMPORT_INCOMPLETE'])
    expect(await test.rows()).toEqual({})
  })

  it('from whoever may not ask for accounts', async () => {
    for (const as of ['reader', 'operator'] as const) expect((await test.post('/imports', roster, { as, headers: CSV })).status).toBe(403)
    expect((await test.post('/imports', roster, { as: null, headers: CSV })).status).toBe(401)
    expect(await test.rows()).toEqual({})
  })
})
