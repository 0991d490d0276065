import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

const aUuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/)
const HEADER = 'role;personId;firstName;middleName;lastName;birthDate;schoolId;grade;classIds;positions'
const pupil = (personId: string, changes: { readonly birthDate?: string } = {}) =>
  `student;${personId};Елица;;Примерова;${changes.birthDate ?? '2015-02-28'};2902418;5;771204 771205;`
const teacher = (personId: string) => `teacher;${personId};Мария;Петрова;Образцова;1970-01-01;2902418;;;Teacher of mathematics`
const roster = [HEADER, pupil('S1'), teacher('T1'), pupil('S3', { birthDate: '2015-02-29' }), pupil('S1')].join('\r\n')

const csv = { 'content-type': 'text/csv' }

function form(parts: readonly { readonly name: string; readonly filename?: string; readonly content: string | Buffer }[]) {
  const body = new FormData()
  for (const { name, filename, content } of parts) {
    if (filename === undefined) body.append(name, String(content))
    else body.append(name, new Blob([content]), filename)
  }
  return body
}

async function postForm(body: FormData) {
  const encoded = new Response(body)
  const payload = Buffer.from(await encoded.arrayBuffer())
  const headers = { authorization: `Bearer ${test.keys.upstream}`, 'content-type': encoded.headers.get('content-type') ?? '' }
  const answer = await test.api.inject({ method: 'POST', url: '/imports', payload, headers })
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers }
}

describe('a file', () => {
  it('is taken with its invalid rows, and begins a run of its own', async () => {
    const { status, headers, body } = await test.post('/imports', roster, { headers: csv })
    expect(status).toBe(202)
    expect(body).toEqual({ id: aUuid, groupUuid: body.id, rows: 4, invalid: 2, status: 'starting' })
    expect(headers.location).toBe(`/imports/${body.id}`)
    const { runs } = await test.database.ledger.list({ groupUuid: body.id }, { after: null, limit: 10 })
    expect(runs).toMatchObject([{ process: 'account-import', type: 'IMPORT_ACCOUNTS', requestedBy: 'upstream of the tests', priority: 2_001 }])
    const queue = test.dispatcher.queues.get('account-import.START_ACCOUNTS')
    expect(await queue?.getJob(`${runs[0]?.uuid}-1`)).toMatchObject({ data: { version: 1 } })
    const seen = await test.get(`/imports/${body.id}`, { as: 'upstream' })
    expect(seen.body).toMatchObject({
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
    })
  })

  it('can be the one field of a form', async () => {
    const { status, body } = await postForm(form([{ name: 'file', filename: 'roster.csv', content: roster }]))
    expect([status, body]).toMatchObject([202, { rows: 4, invalid: 2 }])
  })
})
