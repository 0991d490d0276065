import { createIds } from '@rollcall/engine'
import { complete, eventOf, insert, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'
import type { Portion } from './retention.ts'

/** Ids as they were made at a time. */
const idAt = (at: number) => createIds({ now: () => at })()
const before = T0
const OLD = T0 - 1
const at = T0 + 5

async function untilNone(portion: Portion, limit = 2): Promise<number[]> {
  const answers: number[] = []
  do answers.push(await portion({ before, limit, at }))
  while (answers.at(-1) !== 0)
  return answers
}

async function anImport({ prisma }: Database, { id, acceptedAt, rows = 3 }: { id: string; acceptedAt: number | null; rows?: number }) {
  const columns = '{"delimiter":";","names":["personId"]}'
  const accepted = acceptedAt === null ? null : new Date(acceptedAt)
  await prisma.import.create({
    data: { id, requestedBy: 'school', columns, rowCount: rows, invalidCount: 0, createdAt: new Date(OLD), acceptedAt: accepted },
  })
  await prisma.importRow.createMany({
    data: Array.from({ length: rows }, (_, index) => ({
      ...{ importId: id, rowNumber: index + 2, outcome: 'started', cells: '["p1"]', errors: '[]', personId: 'p1', scopeId: 's1' },
    })),
  })
}

async function aSync({ prisma, syncRuns }: Database, { runUuid, items }: { runUuid: string; items: number }) {
  await syncRuns.begin({ runUuid, job: 'userStatusSync', trigger: 'schedule', dryRun: false, config: {}, startedAt: OLD })
  await prisma.syncItem.createMany({
    data: Array.from({ length: items }, (_, index) => ({
      ...{ runUuid, userId: `u${index}`, action: 'finding', reasonCode: 'X', before: '{}', outcome: 'noted', attempt: 0 },
      decidedAt: new Date(OLD),
    })),
  })
}

describe.each(testDialects)('what is old, over $dialect,', (dialect) => {
  test('leaves the audit log, the cohorts and the closures, portion by portion, and what is younger stays', async () => {
    const database = await openForTest(dialect)
    const { audit, prisma, retention } = database
    const entry = (time: number) => ({
      ...{ id: idAt(time), at: time, actor: 'a', action: 'run.cancel', targetType: 'run', targetId: 'r', reason: 'because', details: {} },
    })
    await audit.appendAll([OLD - 2, OLD - 1, OLD, T0, T0 + 1].map(entry))
    const item = (time: number) => ({ cohortUuid: idAt(time), runUuid: 'r', outcome: 'replayed' })
    await prisma.cohortItem.createMany({ data: [OLD, OLD, T0].map(item) })
    const closure = (id: string, reopenedAt: number | null) => ({
      ...{ id, resource: 'graph', errorCode: 'X', cause: 'x', closedAt: new Date(OLD - 9), closedBy: 'x', openKey: id },
      ...{ reopenedAt: reopenedAt === null ? null : new Date(reopenedAt), reopenedBy: 'x' },
    })
    await prisma.resourceClosure.createMany({ data: [closure('a', OLD), closure('b', T0), closure('c', null)] })

    expect(await untilNone(retention.purgeAudit)).toEqual([2, 1, 0])
    expect(await untilNone(retention.purgeCohorts)).toEqual([2, 0])
    expect(await untilNone(retention.purgeClosures)).toEqual([1, 0])

    expect((await audit.list({ targetType: 'run', targetId: 'r', limit: 9 })).map((row) => row.at)).toEqual([T0 + 1, T0])
    expect(await prisma.cohortItem.count()).toBe(1)
    expect((await prisma.resourceClosure.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id)).toEqual(['b', 'c'])
  })

  test('leaves the alerts that are over, and none that stands', async () => {
    const { prisma, retention } = await openForTest(dialect)
    const alert = (id: string, resolvedAt: number | null) => ({
      ...{ id, rule: 'backlog', subject: id, severity: 'warning', value: 1, threshold: 1, summary: 'x', openKey: id },
      ...{ startedAt: new Date(0), lastSeenAt: new Date(0), firedAt: new Date(0) },
      resolvedAt: resolvedAt === null ? null : new Date(resolvedAt),
    })
    await prisma.alert.createMany({ data: [alert('a', OLD), alert('b', OLD), alert('c', OLD), alert('d', T0), alert('e', null)] })
    expect(await untilNone(retention.purgeAlerts)).toEqual([2, 1, 0])
    expect((await prisma.alert.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id)).toEqual(['d', 'e'])
  })

  test('leaves what a sync found once its run has left the ledger, item by item, and nothing of a run that stands', async () => {
    const database = await openForTest(dialect)
    const { prisma, retention, syncRuns } = database
    const [gone, live, young] = [idAt(OLD - 1), idAt(OLD), idAt(T0)] as const
    await insert(database, newRun({ uuid: live }))
    for (const runUuid of [gone, live, young]) await aSync(database, { runUuid, items: 5 })
    expect(await untilNone(retention.purgeSyncs)).toEqual([2, 2, 2, 0])
    expect(await syncRuns.find(gone)).toBeNull()
    expect(await prisma.syncItem.groupBy({ by: ['runUuid'], _count: true, orderBy: { runUuid: 'asc' } })).toEqual(
      [live, young].map((runUuid) => ({ runUuid, _count: 5 })),
    )
    expect((await syncRuns.list({ job: null, before: null, limit: 9 })).map(({ runUuid }) => runUuid).sort()).toEqual([live, young])
  })

  test('finds a sync whose run is gone behind any number whose runs stand', async () => {
    const database = await openForTest(dialect)
    const { retention, syncRuns } = database
    const standing = Array.from({ length: 120 }, (_, index) => newRun({ uuid: idAt(OLD - 200 + index) }))
    await insert(database, ...standing)
    const gone = idAt(OLD)
    for (const runUuid of [...standing.map(({ uuid }) => uuid), gone]) await aSync(database, { runUuid, items: 0 })
    expect(await untilNone(retention.purgeSyncs)).toEqual([1, 0])
    expect(await syncRuns.find(gone)).toBeNull()
  })

  test('leaves the ticks of schedules, and what is younger stays', async () => {
    const { prisma, retention } = await openForTest(dialect)
    const tick = (firedAt: number) => ({
      ...{ schedule: 'userStatusSync', dueAt: new Date(firedAt), firedAt: new Date(firedAt), outcome: 'started', runUuid: 'r', missed: 0 },
    })
    await prisma.scheduleTick.createMany({ data: [OLD - 2, OLD - 1, OLD, T0].map(tick) })
    expect(await untilNone(retention.purgeTicks)).toEqual([2, 1, 0])
    expect((await prisma.scheduleTick.findMany()).map(({ firedAt }) => firedAt.getTime())).toEqual([T0])
  })

  test('takes cells, errors and persons out of imports whose last run has ended, and of no others', async () => {
    const database = await openForTest(dialect)
    const { ledger, prisma, retention } = database
    const [ended, running, lately, fresh, staged] = [1, 2, 3, 4, 5].map(idAt) as [string, string, string, string, string]
    await anImport(database, { id: ended, acceptedAt: OLD, rows: 5 })
    await anImport(database, { id: running, acceptedAt: OLD })
    await anImport(database, { id: lately, acceptedAt: OLD })
    await anImport(database, { id: fresh, acceptedAt: T0 })
    await anImport(database, { id: staged, acceptedAt: null })
    const runs = [newRun({ groupUuid: ended }), newRun({ groupUuid: running }), newRun({ groupUuid: lately })] as const
    for (const run of runs) await insert(database, run)
    await ledger.commit([complete(runs[0], { updatedAt: OLD }), complete(runs[2], { updatedAt: T0 })])

    expect(await untilNone(retention.eraseImports)).toEqual([3, 3, 2, 0])

    const rows = await prisma.importRow.findMany({ where: { personId: null } })
    expect(rows.map(({ importId, cells, errors, outcome }) => [importId, cells, errors, outcome])).toEqual(
      Array.from({ length: 5 }, () => [ended, null, null, 'started']),
    )
    expect(
      (await prisma.import.findMany({ where: { erasedAt: { not: null } } })).map(({ id, erasedAt }) => [id, erasedAt?.getTime()]),
    ).toEqual([[ended, at]])
  })

  test('counts from the end of an import’s last run also where that is archived already', async () => {
    const database = await openForTest(dialect)
    const { archive, ledger, retention } = database
    const [ended, lately] = [idAt(1), idAt(2)] as const
    for (const [id, updatedAt] of [
      [ended, OLD],
      [lately, T0],
    ] as const) {
      await anImport(database, { id, acceptedAt: OLD, rows: 1 })
      const run = newRun({ groupUuid: id })
      await insert(database, run)
      await ledger.commit([complete(run, { updatedAt })])
    }
    const all = { status: 'completed', endedBefore: T0 + 1, exceptProcess: 'canary', archivedAt: T0 + 1, after: null, limit: 9 } as const
    expect(await archive.move(all)).toMatchObject({ moved: 2 })
    expect(await untilNone(retention.eraseImports)).toEqual([2, 0])
    expect(await retention.eraseImports({ before: T0 + 1, limit: 2, at })).toBe(2)
  })

  test('reaches an import that has ended behind any number that have not, accepted in the same moment or before', async () => {
    const database = await openForTest(dialect)
    const { ledger, retention } = database
    const running = Array.from({ length: 120 }, () => newRun())
    for (const [index, run] of running.entries()) {
      await ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
      await anImport(database, { id: run.groupUuid, acceptedAt: OLD - (index % 2), rows: 0 })
    }
    const ended = idAt(T0 + 9e9)
    await anImport(database, { id: ended, acceptedAt: OLD, rows: 1 })
    expect(await retention.eraseImports({ before, limit: 10, at })).toBe(2)
    expect(await retention.eraseImports({ before, limit: 10, at })).toBe(0)
  })

  test('deletes imports only once their rows were erased', async () => {
    const database = await openForTest(dialect)
    const { prisma, retention } = database
    const [erased, standing] = [idAt(1), idAt(2)] as const
    await anImport(database, { id: erased, acceptedAt: OLD })
    await anImport(database, { id: standing, acceptedAt: OLD })
    await prisma.import.update({ where: { id: erased }, data: { erasedAt: new Date(OLD) } })
    expect(await untilNone(retention.purgeImports)).toEqual([3, 2, 0])
    expect((await prisma.import.findMany()).map(({ id }) => id)).toEqual([standing])
    expect(await prisma.importRow.count()).toBe(3)
  })

  test('empties what came late into the history of a run whose person was erased', async () => {
    const database = await openForTest(dialect)
    const erased = newRun({ subjectId: 'erased~0123' })
    const other = newRun({ subjectId: 'erased-not' })
    await insert(database, erased, other)
    await database.ledger.commit([complete(erased, { events: [] }), complete(other, { events: [] })])
    for (const run of [erased, other])
      await database.ledger.append(eventOf(run, { submittedData: { username: 'u' }, status: 'superseded' }))
    expect(await database.retention.emptyLateHistory()).toBe(1)
    expect(await database.retention.emptyLateHistory()).toBe(0)
    expect((await database.ledger.history(erased.uuid))[0]).toMatchObject({ submittedData: null, status: 'superseded' })
    expect((await database.ledger.history(other.uuid))[0]).toMatchObject({ submittedData: { username: 'u' } })
  })
})
