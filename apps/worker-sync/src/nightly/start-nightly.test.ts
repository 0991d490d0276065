import { createTestDatabase } from '@rollcall/database/testing'
import { createIds } from '@rollcall/engine'
import { createVirtualClock } from '@rollcall/engine/testing'
import { complete, end, insert, newRun } from '@rollcall/engine/testing/ledger-contract'
import { createLogger, createMetrics, readEnv, retentionEnv } from '@rollcall/platform'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { nightlyEnv } from './nightly-env.ts'
import { createNightly } from './start-nightly.ts'

const DAY_MS = 86_400_000
/** The clock's start: 1 September, eight in the morning. */
const Env = z.object({ ...nightlyEnv, ...retentionEnv })

async function arrange(settings: Readonly<Record<string, string>> = { NIGHTLY_FROM_UTC: '07:00', NIGHTLY_TO_UTC: '09:00' }) {
  const { database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  const clock = createVirtualClock()
  const env = readEnv(Env, settings)
  const lines: Record<string, unknown>[] = []
  const logger = createLogger({ app: 'test', level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  const nightly = (instance: string, pause = async () => {}) => {
    const metrics = createMetrics({ app: 'test', processMetrics: false })
    return { metrics, ...createNightly({ database, parts: { clock, instance, logger, metrics }, env, pause }) }
  }
  /** Runs that ended so many days ago. */
  async function ended(days: number, { count = 1, ending = end } = {}) {
    const createdAt = clock.now() - days * DAY_MS
    for (let index = 0; index < count; index++) {
      const run = newRun({ createdAt, dueAt: createdAt })
      await insert(database, run)
      await database.ledger.commit([ending(run, { updatedAt: createdAt, stateSince: createdAt, events: [] })])
    }
  }
  const kept = async () => [await database.prisma.run.count(), await database.prisma.archivedRun.count()]
  return { database, clock, ended, kept, lines, nightly, newId: createIds(clock) }
}

test('at night everything that is old is put away, with one line and one count; the rest of the night finds nothing', async () => {
  const { ended, kept, lines, nightly } = await arrange()
  await ended(91, { count: 130 })
  await ended(120, { count: 3, ending: complete })
  await ended(89)
  const { metrics, pass } = nightly('a')
  await pass()
  expect(await kept()).toEqual([1, 133])
  await pass()
  expect(lines).toMatchObject([{ msg: 'what is old was put away', night: '2026-09-01', rows: { runs: 133 }, finished: true }])
  expect((await metrics.retentionRows.get()).values).toMatchObject([{ labels: { what: 'runs' }, value: 133 }])
  expect((await metrics.nightlyFinished.get()).values[0]?.value).toBeGreaterThan(0)
})

test('by day nothing is touched', async () => {
  const { ended, kept, lines, nightly } = await arrange({ NIGHTLY_FROM_UTC: '09:00', NIGHTLY_TO_UTC: '07:00' })
  await ended(1_000)
  await nightly('a').pass()
  expect(await kept()).toEqual([1, 0])
  expect(lines).toEqual([])
})

test('a night without anything old has its line, too', async () => {
  const { lines, nightly } = await arrange()
  const { pass } = nightly('a')
  await pass()
  await pass()
  expect(lines).toMatchObject([{ rows: {}, finished: true }])
})

test('one process does it; another takes over once the first has not been heard of for a while', async () => {
  const { database, ended, kept, nightly } = await arrange()
  await ended(91)
  await nightly('a').pass()
  await ended(92)
  await nightly('b').pass()
  expect(await kept()).toEqual([1, 1])
  await database.leases.release({ name: 'nightly', holder: 'a' })
  await nightly('b').pass()
  expect(await kept()).toEqual([0, 2])
})

test('what is told to stop begins no further portion, and says that it is not finished', async () => {
  const { ended, kept, lines, nightly } = await arrange()
  await ended(91, { count: 130 })
  const work = nightly('a', async () => work.stop())
  await work.pass()
  expect(await kept()).toEqual([30, 100])
  expect(lines).toMatchObject([{ rows: { runs: 100 }, finished: false }])
})

test('when the night is over it stops, and goes on in the next one', async () => {
  const { clock, ended, kept, nightly } = await arrange()
  await ended(91, { count: 130 })
  const { pass } = nightly('a', async () => clock.moveTo(clock.now() + 3_600_000))
  await pass()
  expect(await kept()).toEqual([30, 100])
  clock.moveTo(clock.now() + DAY_MS - 3_600_000)
  await pass()
  expect(await kept()).toEqual([0, 130])
})

test('failed runs are put away before completed ones: a failed one must find the later one that did its work', async () => {
  const { database, ended, nightly } = await arrange()
  await ended(92)
  await ended(91, { ending: complete })
  const archived: string[][] = []
  const { pass } = nightly('a')
  const { move } = database.archive
  Object.assign(database.archive, {
    move: async (part: Parameters<typeof move>[0]) => {
      const moved = await move(part)
      archived.push((await database.prisma.archivedRun.findMany({ orderBy: { createdAt: 'asc' } })).map(({ status }) => status))
      return moved
    },
  })
  await pass()
  expect(archived).toEqual([[], ['failed'], ['failed', 'completed']])
})

test('what a sync found goes in the night in which its run is archived, and old ticks with it', async () => {
  const { database, ended, lines, nightly } = await arrange()
  await ended(91)
  await ended(89)
  const runs = await database.prisma.run.findMany({ orderBy: { createdAt: 'asc' } })
  for (const { uuid: runUuid, createdAt } of runs) {
    const startedAt = createdAt.getTime()
    await database.syncRuns.begin({ runUuid, job: 'userStatusSync', trigger: 'schedule', dryRun: false, config: {}, startedAt })
    await database.prisma.scheduleTick.create({
      data: { schedule: 'userStatusSync', dueAt: createdAt, firedAt: createdAt, outcome: 'started', runUuid, missed: 0 },
    })
  }
  await nightly('a').pass()
  expect(lines).toMatchObject([{ rows: { runs: 1, syncs: 1, ticks: 1 }, finished: true }])
})

test('every table has its own time', async () => {
  const { database, clock, lines, nightly } = await arrange({
    ...{ NIGHTLY_FROM_UTC: '07:00', NIGHTLY_TO_UTC: '07:00', RUNS_KEPT_DAYS: '0', AUDIT_KEPT_DAYS: '10', ARCHIVE_KEPT_DAYS: '0' },
  })
  const day = (days: number) => clock.now() - days * DAY_MS
  const audit = (days: number) => {
    const id = createIds({ now: () => day(days) })()
    return { id, at: day(days), actor: 'a', action: 'x', targetType: 'run', targetId: 'r', reason: 'because', details: {} }
  }
  await database.audit.appendAll([audit(9), audit(11)])
  await nightly('a').pass()
  expect(lines).toMatchObject([{ rows: { audit: 1 } }])
})

test('what is left of erased persons in the file goes with the night, once', async () => {
  const { database, lines, nightly } = await arrange()
  // As an erasure notes it that found the file too large to be rewritten by day.
  await database.prisma.$queryRawUnsafe('PRAGMA user_version = 1')
  const { pass } = nightly('a')
  await pass()
  await pass()
  expect(lines).toMatchObject([{ rows: { remains: 1 }, finished: true }])
  expect(await database.persons.clearRemains()).toBe('none')
})

test('what fails with one kind of rows is told, and keeps no other kind where it is', async () => {
  const { clock, database, ended, kept, lines, newId, nightly } = await arrange()
  await ended(91)
  Object.assign(database.archive, { purge: () => Promise.reject(new Error('A row that nobody can delete.')) })
  const at = clock.now() - 400 * DAY_MS
  const closure = { id: newId(), resource: 'graph', errorCode: 'X', cause: 'x', closedAt: new Date(at), closedBy: 'x', openKey: 'x' }
  await database.prisma.resourceClosure.create({ data: { ...closure, reopenedAt: new Date(at), reopenedBy: 'x' } })
  const { metrics, pass } = nightly('a')
  await expect(pass()).rejects.toThrow('A row that nobody can delete.')
  expect(await kept()).toEqual([0, 1])
  expect(lines).toMatchObject([{ rows: { runs: 1, closures: 1 }, finished: false }])
  expect((await metrics.nightlyFinished.get()).values[0]?.value).toBe(0)
})

test('no completed run is put away where the failed ones could not be', async () => {
  const { database, ended, kept, nightly } = await arrange()
  await ended(92)
  await ended(91, { ending: complete })
  const { move } = database.archive
  Object.assign(database.archive, {
    move: (part: Parameters<typeof move>[0]) => (part.status === 'failed' ? Promise.reject(new Error('Not now.')) : move(part)),
  })
  await expect(nightly('a').pass()).rejects.toThrow('Not now.')
  expect(await kept()).toEqual([2, 0])
})
