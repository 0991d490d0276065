import { DatabaseSync } from 'node:sqlite'
import type { NewRun, Transition } from '@rollcall/engine'
import { advance, complete, end, eventOf, insert, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { createTestDatabase } from '../testing/create-test-database.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'

const ENDINGS = {
  full: { state: 'COMPLETED', status: 'completed', completion: 'full' },
  partial: { state: 'COMPLETED', status: 'completed', completion: 'partial' },
  failed: { state: 'FAILED', status: 'failed' },
  cancelled: { state: 'CANCELLED', status: 'cancelled' },
} as const satisfies Record<string, Partial<Transition>>

/** Runs that ended one after the other, by how they did. */
async function ended(database: Database, words: readonly (keyof typeof ENDINGS | 'live')[], process = 'account-create'): Promise<void> {
  for (const [index, word] of words.entries()) {
    const run = newRun({ process })
    await insert(database, run)
    if (word !== 'live') await database.ledger.commit([end(run, { ...ENDINGS[word], stateSince: T0 + index })])
  }
}

async function schedule({ prisma }: Database, name: string, { skippedInRow, enabled = true }: { skippedInRow: number; enabled?: boolean }) {
  const at = new Date(T0)
  const times = { nextDueAt: null, createdAt: at, updatedAt: at }
  await prisma.schedule.create({ data: { name, version: 1, enabled, settings: '{}', skippedInRow, updatedBy: 'test', ...times } })
}

async function syncRun(
  { prisma }: Database,
  index: number,
  { skippedUnknown, dryRun = false }: { skippedUnknown: number; dryRun?: boolean },
) {
  const at = new Date(T0 + index)
  const job = { job: 'userStatusSync', trigger: 'schedule', config: '{}', batches: 0, decidedThrough: null, pauseAskedBy: null }
  const data = {
    ...job,
    runUuid: `r${index}`,
    dryRun,
    counters: JSON.stringify({ scanned: 9, skippedUnknown }),
    startedAt: at,
    heartbeatAt: at,
  }
  await prisma.syncRun.create({ data })
}

describe.each(testDialects)('what the rules for alerts measure over $dialect', (dialect) => {
  test('is how many runs of each process ended since a time, and how many of them failed, whoever was cancelled aside', async () => {
    const database = await openForTest(dialect)
    await ended(database, ['failed', 'full', 'failed', 'partial', 'cancelled', 'live'])
    await ended(database, ['failed'], 're-enroll')
    await ended(database, ['failed'], 'elsewhere')
    const processes = ['account-create', 're-enroll', 'nothing']
    const since = (time: number) => database.runMeasures.endedSince({ processes, since: time })
    expect((await since(T0)).toSorted((a, b) => b.ended - a.ended)).toEqual([
      { process: 'account-create', ended: 4, failed: 2 },
      { process: 're-enroll', ended: 1, failed: 1 },
    ])
    expect(await since(T0 + 1)).toEqual([{ process: 'account-create', ended: 3, failed: 1 }])
    expect(await since(T0 + 9)).toEqual([])
  })

  test('is how the latest runs ended, newest first', async () => {
    const database = await openForTest(dialect)
    await ended(database, ['failed', 'full', 'failed', 'partial', 'cancelled', 'live'])
    await ended(database, ['full'], 're-enroll')
    const latest = (limit: number, since = T0) => database.runMeasures.latestEnded({ process: 'account-create', since, limit })
    const words = [
      { status: 'completed', isPartial: true },
      { status: 'failed', isPartial: false },
      { status: 'completed', isPartial: false },
      { status: 'failed', isPartial: false },
    ]
    expect(await latest(9)).toEqual(words)
    expect(await latest(2)).toEqual(words.slice(0, 2))
    expect(await latest(9, T0 + 3)).toEqual(words.slice(0, 1))
    expect(await database.runMeasures.latestEnded({ process: 'nothing', since: T0, limit: 1 })).toEqual([])
  })

  test('is since when a job is at work, which one that waits for a person is not', async () => {
    const database = await openForTest(dialect)
    const runs = [5, 3, 1, 2].map((ms) => newRun({ process: 'job', createdAt: T0 + ms }))
    for (const run of runs) await insert(database, run)
    const [first, polling, waiting, over] = runs as [NewRun, NewRun, NewRun, NewRun]
    await database.ledger.commit([advance(polling, { status: 'polling' }), advance(waiting, { status: 'waiting' }), complete(over)])
    const longest = (processes: string[]) => database.runMeasures.longestAtWork({ processes, waitingStates: ['AWAIT_APPROVAL'] })
    expect(await longest(['job', 'nothing'])).toEqual([{ process: 'job', since: T0 + 3 }])
    expect(await longest(['elsewhere'])).toEqual([])

    await database.ledger.append(eventOf(polling, { state: 'AWAIT_APPROVAL', status: 'note', createdAt: T0 + 8 }))
    expect(await longest(['job'])).toEqual([{ process: 'job', since: T0 + 3 }])
    for (const at of [9, 4]) await database.ledger.append(eventOf(polling, { state: 'AWAIT_APPROVAL', createdAt: T0 + at }))
    expect(await longest(['job'])).toEqual([{ process: 'job', since: T0 + 5 }])
    await database.ledger.append(eventOf(first, { state: 'AWAIT_APPROVAL', createdAt: T0 + 20 }))
    expect(await longest(['job'])).toEqual([{ process: 'job', since: T0 + 9 }])
  })

  test('is which enabled schedules were skipped, and how often', async () => {
    const database = await openForTest(dialect)
    await schedule(database, 'userStatusSync', { skippedInRow: 3 })
    await schedule(database, 'healthCheck', { skippedInRow: 0 })
    await schedule(database, 'accountCleanup', { skippedInRow: 4, enabled: false })
    expect(await database.runMeasures.skippedSchedules()).toEqual([{ schedule: 'userStatusSync', inRow: 3 }])
  })

  test('is how many unknown statuses the last two runs of a job met, dry runs aside', async () => {
    const database = await openForTest(dialect)
    const unknown = () => database.runMeasures.unknownStatuses(['userStatusSync', 'healthCheck'])
    expect(await unknown()).toEqual([])
    await syncRun(database, 1, { skippedUnknown: 7 })
    await syncRun(database, 2, { skippedUnknown: 0 })
    await syncRun(database, 3, { skippedUnknown: 9, dryRun: true })
    expect(await unknown()).toEqual([{ job: 'userStatusSync', count: 7 }])
    await syncRun(database, 4, { skippedUnknown: 0 })
    expect(await unknown()).toEqual([{ job: 'userStatusSync', count: 0 }])
  })
})

test('every question is answered from an index', async () => {
  const statements: string[] = []
  const { url, database, cleanup } = await createTestDatabase({ onQuery: (sql) => statements.push(sql) })
  onTestFinished(cleanup)
  const { alerts, runMeasures } = database
  await insert(database, newRun({ process: 'a' }))
  statements.length = 0
  await runMeasures.endedSince({ processes: ['a', 'b'], since: T0 })
  await runMeasures.latestEnded({ process: 'a', since: T0, limit: 10 })
  await runMeasures.longestAtWork({ processes: ['a', 'b'], waitingStates: ['W'] })
  await runMeasures.unknownStatuses(['userStatusSync'])
  await alerts.standing()
  await alerts.list({}, { after: { startedAt: T0, id: 'x' }, limit: 9 })
  const db = new DatabaseSync(url.slice('file:'.length), { readOnly: true })
  onTestFinished(() => db.close())
  const plans = statements
    .filter((sql) => sql.startsWith('SELECT'))
    .flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
    .map(({ detail }) => String(detail))
  const indexes = plans.map((plan) => /^SEARCH .* INDEX (\w+) /.exec(plan)?.[1] ?? plan)
  expect(indexes).toEqual([
    ...Array<string>(4).fill('AzureDataSync_backlog_idx'),
    'sqlite_autoindex_ObjectHistory_1',
    'SyncRun_job_startedAt_runUuid_idx',
    'Alert_resolvedAt_startedAt_idx',
    'Alert_startedAt_id_idx',
  ])
})
