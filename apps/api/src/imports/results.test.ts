import { randomUUID } from 'node:crypto'
import { prepareRun } from '@rollcall/engine'
import { testRedis } from '@rollcall/platform/testing'
import { accountCreate } from '@rollcall/provisioning'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createImportTest, type ImportTest } from '../test-support/create-import-test.ts'
import { student } from '../test-support/people.ts'
import { persistAccount } from '../test-support/persist-account.ts'
import { HEADER, pupil, roster } from '../test-support/roster.ts'

const redis = testRedis()
let test: ImportTest
beforeEach(async () => {
  test = await createImportTest({ redisUrl: redis.url })
})
afterEach(() => test.close())

describe('the result', () => {
  /** An import of which everything has happened to a row each. */
  async function anImport() {
    const { body } = await test.upload(
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
    for (const personId of ['A', 'E']) await persistAccount(test, personId)
    await prisma.run.updateMany({ where: { subjectId: 'E' }, data: { requestedBy: 'another upstream' } })
    const lines = (await test.get(`/imports/${id}/rows?format=csv`, { as: 'upstream' })).body.split('\r\n')
    expect([lines[1], lines[5]]).toEqual([`${pupil('A')};2;imported;;ep-a`, `${pupil('E')};6;partial;;`])
  })

  it('can be corrected and sent again as it is', async () => {
    const id = await anImport()
    const { body } = await test.get(`/imports/${id}/rows?format=csv&outcome=invalid`)
    const again = await test.upload(body.replace("'=1+1", '2015-03-01'))
    expect([again.status, again.body]).toMatchObject([202, { rows: 1, invalid: 0 }])
    expect((await test.get(`/imports/${again.body.id}`)).body.columns).toEqual(HEADER.split(';'))
  })

  it('is shown to its sender and to those who watch, and to no other sender', async () => {
    const { body } = await test.upload(roster)
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
    for (const personId of ['S1', 'S2', 'S3']) ids.push((await test.upload([HEADER, pupil(personId)].join('\n'))).body.id)
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
