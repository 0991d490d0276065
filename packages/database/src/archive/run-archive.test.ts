import { advance, complete, end, eventOf, insert, newId, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'
import type { RunsToMove } from './move-runs.ts'

const DAY_MS = 86_400_000
const LATER = T0 + 100 * DAY_MS

function partOf(overrides: Partial<RunsToMove> = {}): RunsToMove {
  const standard = { status: 'failed', endedBefore: LATER, exceptProcess: 'canary', archivedAt: LATER, after: null, limit: 100 } as const
  return { ...standard, ...overrides }
}

async function failed(database: Database, overrides: Parameters<typeof newRun>[0] = {}) {
  const run = newRun(overrides)
  await insert(database, run)
  const events = [eventOf(run, { submittedData: { a: 1 } }), eventOf(run, { version: 1, status: 'failed', receivedData: { б: 'в' } })]
  await database.ledger.commit([end(run, { events })])
  return run
}

async function uuids({ prisma }: Database) {
  const [ledger, archive] = await Promise.all([
    prisma.run.findMany({ select: { uuid: true }, orderBy: { uuid: 'asc' } }),
    prisma.archivedRun.findMany({ select: { uuid: true }, orderBy: { uuid: 'asc' } }),
  ])
  return { ledger: ledger.map(({ uuid }) => uuid), archive: archive.map(({ uuid }) => uuid) }
}

describe.each(testDialects)('the archive over $dialect', (dialect) => {
  test('takes an ended run with its history, and shows both as they were', async () => {
    const database = await openForTest(dialect)
    const run = await failed(database, { subjectName: 'мила пробна' })
    const before = await database.ledger.find(run.uuid)
    const history = await database.ledger.history(run.uuid)

    expect(await database.archive.move(partOf())).toMatchObject({ moved: 1, next: null })

    expect(await database.archive.find(run.uuid)).toEqual({ ...before, archivedAt: LATER })
    expect(await database.archive.history(run.uuid)).toEqual(history)
    expect(history).toHaveLength(2)
    expect(await database.ledger.find(run.uuid)).toBeNull()
    expect(await database.ledger.history(run.uuid)).toEqual([])
  })

  test('leaves live runs, what ended too lately, other endings and the process that is not kept', async () => {
    const database = await openForTest(dialect)
    const old = await failed(database)
    const live = newRun({ createdAt: T0 })
    const completed = newRun({ createdAt: T0 })
    await insert(database, live, completed)
    await database.ledger.commit([advance(live), complete(completed)])
    const late = newRun()
    await insert(database, late)
    await database.ledger.commit([end(late, { updatedAt: LATER, stateSince: LATER })])
    const canary = await failed(database, { process: 'canary' })

    expect(await database.archive.move(partOf())).toMatchObject({ moved: 1 })

    expect(await uuids(database)).toEqual({
      archive: [old.uuid],
      ledger: [live.uuid, completed.uuid, late.uuid, canary.uuid].toSorted(),
    })
    expect((await database.archive.move(partOf({ status: 'completed' }))).moved).toBe(1)
  })

  test('goes on behind the part before, whatever is passed over on the way', async () => {
    const database = await openForTest(dialect)
    const runs = await Promise.all([0, 1, 1, 2, 3].map((minute) => failed(database, { createdAt: T0 + minute })))
    const first = await database.archive.move(partOf({ limit: 2 }))
    const second = await database.archive.move(partOf({ limit: 2, after: first.next }))
    const third = await database.archive.move(partOf({ limit: 2, after: second.next }))
    expect([first.moved, second.moved, third.moved, third.next]).toEqual([2, 2, 1, null])
    expect(first.next?.createdAt).toBe(T0 + 1)
    expect((await uuids(database)).archive).toEqual(runs.map(({ uuid }) => uuid).toSorted())
  })

  test('has a run once, and keeps it out of a replay’s reach, however many put it away at once', async () => {
    const database = await openForTest(dialect)
    const runs = await Promise.all(Array.from({ length: 20 }, () => failed(database)))
    const moves = await Promise.all(Array.from({ length: 4 }, () => database.archive.move(partOf())))
    expect(moves.reduce((sum, { moved }) => sum + moved, 0)).toBe(20)
    expect((await uuids(database)).archive).toHaveLength(20)
    const [run] = runs
    if (!run) throw new Error('There are twenty.')
    const replayed = await database.ledger.replay({
      ...{ uuid: run.uuid, expectedVersion: 2, state: 'FIRST', input: run.input, liveKey: run.liveKey, subjectName: null, scopeId: null },
      ...{ at: LATER, event: eventOf(run), audit: auditFor(run.uuid) },
    })
    expect(replayed).toEqual({ kind: 'changed' })
  })

  test('leaves a run alone that was replayed before its turn came', async () => {
    const database = await openForTest(dialect)
    const run = await failed(database)
    await database.ledger.replay({
      ...{ uuid: run.uuid, expectedVersion: 2, state: 'FIRST', input: run.input, liveKey: run.liveKey, subjectName: null, scopeId: null },
      ...{ at: T0 + 1, event: eventOf(run), audit: auditFor(run.uuid) },
    })
    expect((await database.archive.move(partOf())).moved).toBe(0)
    expect(await database.ledger.find(run.uuid)).toMatchObject({ status: 'in_progress', version: 3 })
  })

  test('shows an event that came after the run was put away', async () => {
    const database = await openForTest(dialect)
    const run = await failed(database)
    await database.archive.move(partOf())
    const late = eventOf(run, { status: 'superseded' })
    await database.ledger.append(late)
    expect((await database.archive.history(run.uuid)).at(-1)).toEqual(late)
  })

  test('is listed by person, school, group, caller and time, page by page', async () => {
    const database = await openForTest(dialect)
    const groupUuid = newId()
    const a = await failed(database, { createdAt: T0, groupUuid, subjectId: 'p9' })
    const b = await failed(database, { createdAt: T0 + 1, groupUuid, scopeId: 's9' })
    const c = await failed(database, { createdAt: T0 + 2, requestedBy: 'somebody' })
    await database.archive.move(partOf())
    const listed = async (filter: Parameters<typeof database.archive.list>[0]) =>
      (await database.archive.list(filter, { after: null, limit: 10 })).runs.map(({ uuid }) => uuid)

    expect(await listed({})).toEqual([c.uuid, b.uuid, a.uuid])
    expect(await listed({ subjectId: 'p9' })).toEqual([a.uuid])
    expect(await listed({ scopeId: 's9' })).toEqual([b.uuid])
    expect(await listed({ groupUuid })).toEqual([b.uuid, a.uuid])
    expect(await listed({ requestedBy: 'somebody' })).toEqual([c.uuid])
    expect(await listed({ createdFrom: T0 + 1, createdTo: T0 + 2 })).toEqual([b.uuid])
    const first = await database.archive.list({}, { after: null, limit: 2 })
    const second = await database.archive.list({}, { after: first.next, limit: 2 })
    expect([...first.runs, ...second.runs].map(({ uuid }) => uuid)).toEqual([c.uuid, b.uuid, a.uuid])
    expect(second.next).toBeNull()
    expect(await database.archive.groupCounts(groupUuid)).toEqual({
      total: 2,
      counts: [{ state: 'FAILED', status: 'failed', completion: null, count: 2 }],
    })
  })

  test('is emptied of what was put away long ago, with its history', async () => {
    const database = await openForTest(dialect)
    await Promise.all(Array.from({ length: 5 }, () => failed(database)))
    await database.archive.move(partOf({ limit: 3 }))
    await database.archive.move(partOf({ archivedAt: LATER + 1 }))
    const purge = () => database.archive.purge({ archivedBefore: LATER + 1, limit: 2 })
    expect([await purge(), await purge(), await purge()]).toEqual([2, 1, 0])
    expect(await database.prisma.archivedRun.count()).toBe(2)
    expect(await database.prisma.archivedRunEvent.count()).toBe(4)
  })
})

function auditFor(uuid: string) {
  return { id: newId(), at: T0, actor: 'operator', action: 'run.replay', targetType: 'run', targetId: uuid, reason: 'because', details: {} }
}
