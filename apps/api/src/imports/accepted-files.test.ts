import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { engineErrors, LedgerUnavailableError } from '@rollcall/engine'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createImportTest, type ImportTest } from '../test-support/create-import-test.ts'
import { HEADER, pupil, roster } from '../test-support/roster.ts'

const redis = testRedis()
let test: ImportTest
beforeEach(async () => {
  test = await createImportTest({ redisUrl: redis.url })
})
afterEach(() => test.close())

const aUuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/)

describe('a file', () => {
  it('is taken with its invalid rows, and begins a run of its own', async () => {
    const { status, headers, body } = await test.upload(roster)
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
    const { status, body } = await test.uploadForm([{ name: 'file', filename: 'roster.csv', content: roster.replaceAll(';', ',') }])
    expect([status, body]).toMatchObject([202, { rows: 4, invalid: 2 }])
  })

  it('whose rows are all invalid is taken, too: each of them refuses only itself', async () => {
    const { status, body } = await test.upload([HEADER, pupil('S1', { birthDate: 'x' })].join('\n'))
    expect([status, body]).toMatchObject([202, { rows: 1, invalid: 1 }])
  })

  it('names every wrong cell, and the first row of a person who stands there twice', async () => {
    const { body } = await test.upload(roster)
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
    const first = await test.upload(roster, headers)
    const rows = await test.rows()
    const again = await test.upload(roster, headers)
    expect(again).toMatchObject({
      status: 202,
      body: first.body,
      headers: { 'idempotency-replayed': 'true', location: `/imports/${first.body.id}` },
    })
    const other = await test.upload(`${roster}\r\n${pupil('S9')}`, headers)
    expect([other.status, other.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED'])
    expect(await test.rows()).toEqual(rows)
    expect((await test.database.prisma.request.findMany())[0]?.bodyHash).toBe(
      createHash('sha256').update('imports\n').update(roster).digest('hex'),
    )
  })

  it('that was staged is kept where nobody knows whether its run was written', async () => {
    const accept = vi.spyOn(test.database.ledger, 'accept').mockRejectedValueOnce(Object.assign(new Error('the line is dead'), {}))
    expect((await test.upload(roster)).status).toBe(500)
    accept.mockRestore()
    expect(await test.rows()).toEqual({ import: 1, importRow: 4 })
  })

  it('is refused while SQL is away, and leaves what was staged to the sweep where it cannot be deleted', async () => {
    const away = new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
    const { imports } = test.database
    const stage = vi.spyOn(imports, 'stage').mockRejectedValue(away)
    const discard = vi.spyOn(imports, 'discard').mockRejectedValue(away)
    expect(await test.upload(roster)).toMatchObject({ status: 503, body: { code: 'LEDGER_UNAVAILABLE' }, headers: { 'retry-after': '5' } })
    stage.mockRestore()
    discard.mockRestore()
    expect(await test.rows()).toEqual({ import: 1 })
    expect(await imports.sweep({ before: test.clock.now() + 1 })).toBe(1)
    expect(await test.rows()).toEqual({})
  })

  it('is answered as taken once its run is written, although SQL is away before it is marked so', async () => {
    const away = new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
    const mark = vi.spyOn(test.database.imports, 'markAccepted').mockRejectedValue(away)
    const { status, body } = await test.upload(roster)
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
    expect(await test.upload(roster)).toMatchObject({ status: 400, body: { code: 'IMPORT_INCOMPLETE' } })
    held.mockRestore()
    expect(await test.rows()).toEqual({})
  })

  it('may be the roster of the examples', async () => {
    const { status, body } = await test.upload(await readFile(new URL('../../../../examples/roster.csv', import.meta.url)))
    expect([status, body.rows, body.invalid]).toEqual([202, 67, 1])
  })

  it('appears in no log', async () => {
    await test.upload(roster)
    await test.upload(`${roster}\r\n"Елица`)
    for (const secret of ['Елица', 'Примерова', '2015-02-28', 'S1']) expect(test.log()).not.toContain(secret)
  })
})
