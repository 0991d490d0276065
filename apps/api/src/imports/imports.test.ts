import { createHash, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { engineErrors, LedgerUnavailableError, prepareRun } from '@rollcall/engine'
import { type Answer, testRedis } from '@rollcall/platform/testing'
import { accountCreate } from '@rollcall/provisioning'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'
import { METER_LIMITS } from './meter-bytes.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url, deps: { importLimits: { ...METER_LIMITS, idleMs: 300, wholeMs: 5_000 } } })
})
afterEach(() => test.close())

const HEADER = 'role;personId;firstName;middleName;lastName;birthDate;schoolId;grade;classIds;positions'
const pupil = (personId: string, { birthDate = '2015-02-28' } = {}) =>
  `student;${personId};Елица;;Примерова;${birthDate};2902418;5;771204 771205;`
const teacher = (personId: string) => `teacher;${personId};Мария;Петрова;Образцова;1970-01-01;2902418;;;Teacher of mathematics`
const roster = [HEADER, pupil('S1'), teacher('T1'), pupil('S3', { birthDate: '2015-02-29' }), pupil('S1')].join('\r\n')

const aUuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/)
const csv = { 'content-type': 'text/csv' }

function post(body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return sendBytes(typeof body === 'string' ? Buffer.from(body) : body, { ...csv, ...headers })
}

async function sendBytes(payload: Buffer, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const authorization = `Bearer ${test.keys.upstream}`
  const answer = await test.api.inject({ method: 'POST', url: '/imports', payload, headers: { authorization, ...headers } })
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
}

/** A form with these parts; those with a file name are files. */
async function postForm(
  parts: readonly { readonly name: string; readonly filename?: string; readonly content: string }[],
): Promise<Answer> {
  const form = new FormData()
  for (const { name, filename, content } of parts) {
    if (filename === undefined) form.append(name, content)
    else form.append(name, new Blob([content]), filename)
  }
  const encoded = new Response(form)
  return sendBytes(Buffer.from(await encoded.arrayBuffer()), { 'content-type': encoded.headers.get('content-type') ?? '' })
}

const NOTHING = {}

describe('a file', () => {
  it('is taken with its invalid rows, and begins a run of its own', async () => {
    const { status, headers, body } = await post(roster)
    expect(status).toBe(202)
    expect(body).toEqual({ id: aUuid, groupUuid: body.id, rows: 4, invalid: 2, status: 'starting' })
    expect(headers.location).toBe(`/imports/${body.id}`)
    const { runs } = await test.database.ledger.list({ groupUuid: body.id }, { after: null, limit: 10 })
    expect(runs).toMatchObject([
      { process: 'account-import', type: 'IMPORT_ACCOUNTS', requestedBy: 'upstream of the tests', priority: 2_001 },
    ])
    const queue = test.dispatcher.queues.get('account-import.START_ACCOUNTS')
    expect(await queue?.getJob(`${runs[0]?.uuid}-1`)).toMatchObject({ data: { version: 1 } })
    const seen = await test.get(headers.location as string, { as: 'upstream' })
    expect(seen).toMatchObject({
      status: 200,
      body: {
        status: 'starting',
        rows: 4,
        invalid: 2,
        outcomes: { pending: 2, invalid: 2, refused: 0, started: 0, joined: 0 },
        results: { waiting: 2, invalid: 2, imported: 0 },
        run: { uuid: runs[0]?.uuid, state: 'START_ACCOUNTS', status: 'new', errorCode: null },
        requestedBy: 'upstream of the tests',
        acceptedAt: expect.any(String),
        columns: HEADER.split(';'),
        links: { rows: `/imports/${body.id}/rows`, csv: `/imports/${body.id}/rows?format=csv` },
      },
    })
  })

  it('can be the one field of a form, delimited by commas', async () => {
    const { status, body } = await postForm([{ name: 'file', filename: 'roster.csv', content: roster.replaceAll(';', ',') }])
    expect([status, body]).toMatchObject([202, { rows: 4, invalid: 2 }])
  })

  it('whose rows are all invalid is taken, too: each of them refuses only itself', async () => {
    const { status, body } = await post([HEADER, pupil('S1', { birthDate: 'x' })].join('\n'))
    expect([status, body]).toMatchObject([202, { rows: 1, invalid: 1 }])
  })

  it('names every wrong cell, and the first row of a person who stands there twice', async () => {
    const { body } = await post(roster)
    const { body: page } = await test.get(`/imports/${body.id}/rows`)
    expect(page).toEqual({
      nextAfter: null,
      rows: [
        expect.objectContaining({
          rowNumber: 2,
          outcome: 'pending',
          result: 'waiting',
          personId: 'S1',
          schoolId: '2902418',
          errors: [],
          run: null,
        }),
        expect.objectContaining({ rowNumber: 3, personId: 'T1' }),
        {
          rowNumber: 4,
          outcome: 'invalid',
          result: 'invalid',
          personId: 'S3',
          schoolId: '2902418',
          errors: [
            { path: 'birthDate', reason: 'must be a date of the calendar, written YYYY-MM-DD', received: 'string of 10 characters' },
          ],
          errorCode: 'INVALID_ROW',
          message: 'The row holds something that is not allowed there.',
          run: null,
        },
        expect.objectContaining({
          rowNumber: 5,
          errors: [{ path: 'personId', reason: 'must not stand in the file twice: row 2 has it already', received: 'the same id' }],
          errorCode: 'PERSON_TWICE_IN_FILE',
        }),
      ],
    })
  })

  it('under an Idempotency-Key is taken once, whether it is the body or in a form, and leaves no second copy', async () => {
    const headers = { 'idempotency-key': 'roster-1' }
    const first = await post(roster, headers)
    const rows = await test.rows()
    const again = await post(roster, headers)
    expect(again).toMatchObject({
      status: 202,
      body: first.body,
      headers: { 'idempotency-replayed': 'true', location: `/imports/${first.body.id}` },
    })
    const other = await post(`${roster}\r\n${pupil('S9')}`, headers)
    expect([other.status, other.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED'])
    expect(await test.rows()).toEqual(rows)
    expect((await test.database.prisma.request.findMany())[0]?.bodyHash).toBe(
      createHash('sha256').update('imports\n').update(roster).digest('hex'),
    )
  })

  it('that was staged is kept where nobody knows whether its run was written', async () => {
    const accept = vi.spyOn(test.database.ledger, 'accept').mockRejectedValueOnce(Object.assign(new Error('the line is dead'), {}))
    expect((await post(roster)).status).toBe(500)
    accept.mockRestore()
    expect(await test.rows()).toEqual({ import: 1, importRow: 4 })
  })

  it('is refused while SQL is away, and leaves what was staged to the sweep where it cannot be deleted', async () => {
    const away = new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
    const { imports } = test.database
    const stage = vi.spyOn(imports, 'stage').mockRejectedValue(away)
    const discard = vi.spyOn(imports, 'discard').mockRejectedValue(away)
    expect(await post(roster)).toMatchObject({ status: 503, body: { code: 'LEDGER_UNAVAILABLE' }, headers: { 'retry-after': '5' } })
    stage.mockRestore()
    discard.mockRestore()
    expect(await test.rows()).toEqual({ import: 1 })
    expect(await imports.sweep({ before: test.clock.now() + 1 })).toBe(1)
    expect(await test.rows()).toEqual(NOTHING)
  })

  it('is answered as taken once its run is written, although SQL is away before it is marked so', async () => {
    const away = new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
    const mark = vi.spyOn(test.database.imports, 'markAccepted').mockRejectedValue(away)
    const { status, body } = await post(roster)
    mark.mockRestore()
    expect(status).toBe(202)
    expect((await test.get(`/imports/${body.id}`)).body).toMatchObject({ status: 'starting', acceptedAt: null })
    expect(await test.database.imports.sweep({ before: test.clock.now() + 1 })).toBe(0)
    expect((await test.get(`/imports/${body.id}`)).body.acceptedAt).toEqual(expect.any(String))
  })

  it('that was held up for so long that it may have been swept away is not accepted', async () => {
    const { imports } = test.database
    const { complete } = imports
    const held = vi.spyOn(imports, 'complete').mockImplementation(async (staged) => {
      await complete(staged)
      test.clock.moveTo(test.clock.now() + 3_600_000)
    })
    expect(await post(roster)).toMatchObject({ status: 400, body: { code: 'IMPORT_INCOMPLETE' } })
    held.mockRestore()
    expect(await test.rows()).toEqual(NOTHING)
  })

  it('may be the roster of the examples', async () => {
    const { status, body } = await post(await readFile(new URL('../../../../examples/roster.csv', import.meta.url)))
    expect([status, body.rows, body.invalid]).toEqual([202, 67, 1])
  })

  it('appears in no log', async () => {
    await post(roster)
    await post(`${roster}\r\n"Елица`)
    for (const secret of ['Елица', 'Примерова', '2015-02-28', 'S1']) expect(test.log()).not.toContain(secret)
  })
})

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
    const answer = await post(body)
    expect([answer.status, answer.body.code, answer.body.row]).toEqual([status, code, row])
    expect(answer.body.detail).toContain(detail)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(await test.rows()).toEqual(NOTHING)
  })

  it('after thousands of good rows, of which none is left', async () => {
    const many = Array.from({ length: 1_200 }, (_none, index) => pupil(`S${index}`))
    const { status, body } = await post([HEADER, ...many, 'student;too;few'].join('\n'))
    expect([status, body.row]).toEqual([422, 1_202])
    expect(await test.rows()).toEqual(NOTHING)
  })

  it('as anything but CSV or a form, in another charset or compressed', async () => {
    const refused = await Promise.all([
      sendBytes(Buffer.from('{}'), { 'content-type': 'application/json' }),
      sendBytes(Buffer.from(roster), { 'content-type': 'application/vnd.ms-excel' }),
      sendBytes(Buffer.from(roster), {}),
      post(roster, { 'content-type': 'text/csv; charset=windows-1251' }),
      post(roster, { 'content-encoding': 'gzip' }),
    ])
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(Array(5).fill([415, 'UNSUPPORTED_MEDIA_TYPE']))
    expect(await test.rows()).toEqual(NOTHING)
    // And nobody else has begun to read files.
    expect((await test.post('/student-create', roster, { headers: csv })).status).toBe(415)
  })

  it('as a form that holds anything else', async () => {
    const file = { name: 'file', filename: 'roster.csv', content: roster }
    const refused = [
      await postForm([{ ...file, name: 'roster' }]),
      await postForm([{ name: 'file', content: roster }]),
      await postForm([file, { ...file, name: 'second' }]),
      await postForm([file, { name: 'reason', content: 'because' }]),
      await sendBytes(Buffer.from(roster), { 'content-type': 'multipart/form-data' }),
      await sendBytes(Buffer.from(''), { 'content-type': 'multipart/form-data; boundary=x' }),
    ]
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(Array(6).fill([422, 'INVALID_BODY']))
    expect(await test.rows()).toEqual(NOTHING)
  })

  it('as a form that ends before its file does', async () => {
    const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    const answer = await sendBytes(Buffer.from(`${head}${roster}`), { 'content-type': 'multipart/form-data; boundary=x' })
    expect([answer.status, answer.body.code]).toEqual([400, 'IMPORT_INCOMPLETE'])
    expect(await test.rows()).toEqual(NOTHING)
  })

  it('from whoever may not ask for accounts', async () => {
    for (const as of ['reader', 'operator'] as const) expect((await test.post('/imports', roster, { as, headers: csv })).status).toBe(403)
    expect((await test.post('/imports', roster, { as: null, headers: csv })).status).toBe(401)
    expect(await test.rows()).toEqual(NOTHING)
  })
})

describe('over a real connection', () => {
  async function begin(headers: Readonly<Record<string, string | number>>, as: 'upstream' | 'service' | 'admin' = 'upstream') {
    if (!test.api.server.listening) await test.api.listen({ port: 0, host: '127.0.0.1' })
    const { port } = test.api.server.address() as AddressInfo
    const authorization = `Bearer ${test.keys[as]}`
    const outgoing = request({
      port,
      host: '127.0.0.1',
      path: '/imports',
      method: 'POST',
      agent: false,
      headers: { authorization, ...csv, ...headers },
    })
    outgoing.on('error', () => {})
    const answered = new Promise<{ status: number | undefined; code: unknown }>((resolve) => {
      outgoing.on('response', async (answer) => {
        let text = ''
        for await (const chunk of answer) text += chunk
        resolve({ status: answer.statusCode, code: JSON.parse(text).code })
      })
    })
    return { outgoing, answered }
  }
  const untilEmpty = () => vi.waitFor(async () => expect(await test.rows()).toEqual(NOTHING), { timeout: 5_000 })
  const untilStaged = () => vi.waitFor(async () => expect((await test.rows()).importRow).toBeGreaterThan(0), { timeout: 5_000 })
  const manyRows = Array.from({ length: 2_000 }, (_none, index) => pupil(`S${index}`)).join('\n')

  it('a file that is announced to be too large is refused before it has been sent', async () => {
    const { outgoing, answered } = await begin({ 'content-length': 60 * 1_024 * 1_024 })
    outgoing.flushHeaders()
    expect(await answered).toEqual({ status: 413, code: 'IMPORT_TOO_LARGE' })
    outgoing.destroy()
    await untilEmpty()
  })

  it('a file that turns out to be too large is cut off, and leaves nothing', async () => {
    await test.close()
    test = await startTestApi({ redisUrl: redis.url, deps: { importLimits: { ...METER_LIMITS, mostBytes: 100_000 } } })
    const { outgoing, answered } = await begin({})
    outgoing.write(`${HEADER}\n${manyRows}\n`)
    expect(await answered).toEqual({ status: 413, code: 'IMPORT_TOO_LARGE' })
    outgoing.destroy()
    await untilEmpty()
  })

  it('a refused file is answered while it is still being sent', async () => {
    const { outgoing, answered } = await begin({})
    outgoing.write(`${HEADER}\nstudent;too;few\n${manyRows}\n`)
    expect(await answered).toEqual({ status: 422, code: 'IMPORT_ROW_MALFORMED' })
    outgoing.end()
  })

  it.each(['text/csv', 'multipart/form-data; boundary=x'])('an upload as %s that its sender breaks off leaves nothing', async (type) => {
    const { outgoing } = await begin({ 'content-type': type })
    if (type !== 'text/csv') outgoing.write('--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n')
    outgoing.write(`${HEADER}\n${manyRows}\n`)
    await untilStaged()
    outgoing.destroy()
    await untilEmpty()
  })

  it('an upload of which nothing comes any more is given up', async () => {
    const { outgoing, answered } = await begin({})
    outgoing.write(`${HEADER}\n${manyRows}\n`)
    expect(await answered).toEqual({ status: 400, code: 'IMPORT_INCOMPLETE' })
    outgoing.destroy()
    await untilEmpty()
  })

  const form = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
  it.each([
    ['before', ''],
    ['behind', `${form}${roster}\r\n--x--\r\n`],
  ])('a form that has no end of what stands %s its file is given up, too', async (_where, begun) => {
    const { outgoing, answered } = await begin({ 'content-type': 'multipart/form-data; boundary=x' })
    outgoing.write(begun)
    const dribble = setInterval(() => outgoing.write('x'), 20)
    expect(await answered).toEqual({ status: 400, code: 'IMPORT_INCOMPLETE' })
    clearInterval(dribble)
    outgoing.destroy()
    await untilEmpty()
  })

  it('no more than four files are received at once, two of them from one caller, and everybody else is served meanwhile', async () => {
    await test.close()
    test = await startTestApi({ redisUrl: redis.url })
    const uploads = [await begin({}), await begin({})]
    const third = await begin({})
    uploads.push(await begin({}, 'admin'), await begin({}, 'admin'))
    for (const { outgoing } of uploads) outgoing.write(`${HEADER}\n${manyRows}\n`)
    await vi.waitFor(async () => expect((await test.rows()).import).toBe(4), { timeout: 5_000 })
    third.outgoing.end(roster)
    expect(await third.answered).toEqual({ status: 503, code: 'IMPORTS_BUSY' })
    const fifth = await begin({}, 'service')
    fifth.outgoing.end(roster)
    expect(await fifth.answered).toEqual({ status: 503, code: 'IMPORTS_BUSY' })
    expect((await test.post('/student-create', { ...student })).status).toBe(202)
    for (const { outgoing } of uploads) outgoing.end()
    expect((await Promise.all(uploads.map(({ answered }) => answered))).map(({ status }) => status)).toEqual([202, 202, 202, 202])
    const next = await begin({})
    next.outgoing.end(roster)
    expect((await next.answered).status).toBe(202)
  })
})

const student = {
  personId: 'X1',
  firstName: 'Елица',
  lastName: 'Примерова',
  birthDate: '2015-02-28',
  schoolId: '2902418',
  grade: '5',
  classIds: [],
} as const

describe('the result', () => {
  /** An import of which everything has happened to a row each. */
  async function anImport() {
    const { body } = await post(
      [HEADER, ...['A', 'B', 'C', 'D', 'E'].map((id) => pupil(id)), pupil('F', { birthDate: '=1+1' })].join('\r\n'),
    )
    const { prisma, ledger } = test.database
    const begun = async (personId: string, changes: object) => {
      const origin = {
        groupUuid: body.id,
        requestedBy: 'upstream of the tests',
        priority: 2_001,
        now: test.clock.now(),
        newId: () => randomUUID(),
      }
      const run = prepareRun({ process: accountCreate, input: { ...student, kind: 'student', personId }, ...origin })
      await ledger.accept({ groupUuid: body.id, request: null, runs: [run] })
      await prisma.run.update({ where: { uuid: run.uuid }, data: changes })
      return run.uuid
    }
    const note = (rowNumber: number, data: object) =>
      prisma.importRow.update({ where: { importId_rowNumber: { importId: body.id, rowNumber } }, data })
    const done = { status: 'completed', state: 'COMPLETED', dueAt: null }
    await note(2, { outcome: 'started', runUuid: await begun('A', { ...done, completion: 'full' }) })
    await note(3, { outcome: 'joined', runUuid: await begun('B', { status: 'polling' }) })
    await note(4, { outcome: 'refused', errorCode: 'ACCOUNT_EXISTS' })
    await note(5, {
      outcome: 'started',
      runUuid: await begun('D', { status: 'failed', state: 'FAILED', errorCode: 'X', errorMessage: 'It failed.' }),
    })
    await note(6, { outcome: 'started', runUuid: await begun('E', { ...done, completion: 'partial' }) })
    await prisma.run.updateMany({ where: { process: 'account-import' }, data: done })
    return body.id as string
  }

  async function persistAccount(personId: string): Promise<void> {
    const { database, clock } = test
    const account = {
      ...{ sysUserId: randomUUID(), personId, username: `ep-${personId}`.toLowerCase(), azureId: `azure-${personId}` },
      ...{ firstName: 'Елица', middleName: null, lastName: 'Примерова', birthDate: '2015-02-28', schoolId: '2902418' },
      ...({ kind: 'student', enrollmentStatus: 'ENROLLED' } as const),
      ...{ existedBefore: false, runUuid: randomUUID(), at: clock.now() },
    }
    await database.prisma.$transaction((transaction) => database.accounts.persist({ transaction }, account))
  }

  it('counts rows by outcome and accounts by what became of them', async () => {
    const id = await anImport()
    expect((await test.get(`/imports/${id}`)).body).toMatchObject({
      status: 'running',
      outcomes: { pending: 0, invalid: 1, refused: 1, started: 3, joined: 1 },
      results: { waiting: 0, running: 1, imported: 1, partial: 1, failed: 1, cancelled: 0, refused: 1, invalid: 1, unknown: 0 },
    })
    await test.database.prisma.run.updateMany({ where: { status: 'polling' }, data: { status: 'cancelled' } })
    expect((await test.get(`/imports/${id}`)).body.status).toBe('done')
    await test.database.prisma.run.updateMany({ where: { process: 'account-import' }, data: { status: 'failed' } })
    await test.database.prisma.importRow.updateMany({ where: { rowNumber: 4 }, data: { outcome: 'pending' } })
    expect((await test.get(`/imports/${id}`)).body.status).toBe('stopped')
    await test.database.prisma.importRow.updateMany({ where: { rowNumber: 4 }, data: { outcome: 'started', runUuid: randomUUID() } })
    expect((await test.get(`/imports/${id}`)).body).toMatchObject({ status: 'stopped', results: { waiting: 0, unknown: 1 } })
  })

  it('comes row by row, in pages, and only those that are asked for', async () => {
    const id = await anImport()
    const first = await test.get(`/imports/${id}/rows?limit=2`)
    expect(first.body).toMatchObject({
      nextAfter: 3,
      rows: [
        { rowNumber: 2, result: 'imported' },
        { rowNumber: 3, result: 'running' },
      ],
    })
    const rest = await test.get(`/imports/${id}/rows?after=3`)
    expect(rest.body.rows.map((row: Record<string, string>) => [row.result, row.message])).toEqual([
      ['refused', 'This person has a live account already.'],
      ['failed', 'It failed.'],
      ['partial', null],
      ['invalid', 'The row holds something that is not allowed there.'],
    ])
    const some = await test.get(`/imports/${id}/rows?outcome=invalid,refused`)
    expect(some.body.rows.map((row: Record<string, string>) => row.rowNumber)).toEqual([4, 7])
    expect(first.body.rows[0].run).toEqual({
      uuid: expect.any(String),
      state: 'COMPLETED',
      status: 'completed',
      completion: 'full',
      errorCode: null,
    })
  })

  it('is a file for Excel: as it was sent, with our columns behind it', async () => {
    const id = await anImport()
    for (const answer of [
      await test.get(`/imports/${id}/rows?format=csv`),
      await test.get(`/imports/${id}/rows`, { headers: { accept: 'text/csv, */*' } }),
    ]) {
      expect(answer.headers).toMatchObject({
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="import-${id}.csv"`,
      })
      const lines = answer.body.split('\r\n')
      expect(lines[0]).toBe(`\ufeff${HEADER};row;result;errors;username`)
      expect(lines.slice(1)).toEqual([
        `${pupil('A')};2;imported;;`,
        `${pupil('B')};3;running;Another request had begun the account of this person already.;`,
        `${pupil('C')};4;refused;This person has a live account already.;`,
        `${pupil('D')};5;failed;It failed.;`,
        `${pupil('E')};6;partial;;`,
        `${pupil('F', { birthDate: "'=1+1" })};7;invalid;birthDate must be a date of the calendar, written YYYY-MM-DD.;`,
        '',
      ])
    }
  })

  it('names the accounts that its sender asked for, and none that another sender did', async () => {
    const id = await anImport()
    const { prisma } = test.database
    for (const personId of ['A', 'E']) await persistAccount(personId)
    await prisma.run.updateMany({ where: { subjectId: 'E' }, data: { requestedBy: 'another upstream' } })
    const lines = (await test.get(`/imports/${id}/rows?format=csv`, { as: 'upstream' })).body.split('\r\n')
    expect([lines[1], lines[5]]).toEqual([`${pupil('A')};2;imported;;ep-a`, `${pupil('E')};6;partial;;`])
  })

  it('can be corrected and sent again as it is', async () => {
    const id = await anImport()
    const { body } = await test.get(`/imports/${id}/rows?format=csv&outcome=invalid`)
    const again = await post(body.replace("'=1+1", '2015-03-01'))
    expect([again.status, again.body]).toMatchObject([202, { rows: 1, invalid: 0 }])
    expect((await test.get(`/imports/${again.body.id}`)).body.columns).toEqual(HEADER.split(';'))
  })

  it('is shown to its sender and to those who watch, and to no other sender', async () => {
    const { body } = await post(roster)
    await test.database.prisma.import.updateMany({ data: { requestedBy: 'another upstream' } })
    for (const path of [`/imports/${body.id}`, `/imports/${body.id}/rows`, `/imports/${body.id}/rows?format=csv`]) {
      expect(await test.get(path, { as: 'upstream' }), path).toMatchObject({ status: 404, body: { code: 'IMPORT_NOT_FOUND' } })
      for (const as of ['reader', 'service', 'operator', 'admin'] as const) expect((await test.get(path, { as })).status).toBe(200)
    }
    expect((await test.get('/imports', { as: 'upstream' })).body).toEqual({ imports: [], nextCursor: null })
    expect((await test.get('/imports')).body.imports).toMatchObject([{ id: body.id, rows: 4, requestedBy: 'another upstream' }])
  })

  it('is listed newest first, page by page', async () => {
    const ids: string[] = []
    for (const personId of ['S1', 'S2', 'S3']) ids.push((await post([HEADER, pupil(personId)].join('\n'))).body.id)
    const first = await test.get('/imports?limit=2', { as: 'upstream' })
    const second = await test.get(`/imports?limit=2&cursor=${first.body.nextCursor}`, { as: 'upstream' })
    const listed = [...first.body.imports, ...second.body.imports].map(({ id }: { id: string }) => id)
    expect(listed).toEqual(ids.toReversed())
    expect(second.body.nextCursor).toBeNull()
  })

  it('refuses questions that make no sense', async () => {
    const id = '0199a1f4-5c00-7000-8000-00000000a001'
    expect(await test.get(`/imports/${id}`)).toMatchObject({ status: 404, body: { code: 'IMPORT_NOT_FOUND' } })
    for (const path of [
      '/imports/7',
      `/imports/${id}/rows?outcome=wrong`,
      `/imports/${id}/rows?after=-1`,
      `/imports/${id}/rows?limit=501`,
      '/imports?cursor=x',
    ])
      expect((await test.get(path)).status, path).toBe(400)
  })
})
