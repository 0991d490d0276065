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

interface AccountRow {
  readonly lastSyncAt: number | null
  readonly type: string
  readonly accountStatus: string
  readonly registrationNumber: string | null
  readonly createdAt: number
}

/** Of an organisation that has been there for long. */
async function account({ prisma }: Database, { lastSyncAt, createdAt = T0 - 1, registrationNumber = null, ...row }: Partial<AccountRow>) {
  const userId = `u${await prisma.organisationAccount.count()}`
  const at = new Date(createdAt)
  const status = { accountStatus: 'active', statusSource: 'registration_sync', statusReason: 'x', statusChangedAt: at, statusVersion: 1 }
  await prisma.organisationAccount.create({
    data: {
      ...{ userId, numberKey: registrationNumber ?? `user:${userId}`, registrationNumber, type: 'organization', ...status, ...row },
      ...{ lastSyncAt: lastSyncAt == null ? null : new Date(lastSyncAt), createdAt: at, updatedAt: at },
    },
  })
}

async function syncRun(
  { prisma }: Database,
  index: number,
  { dryRun = false, ...counted }: { skippedUnknown: number; inDoubt?: number; dryRun?: boolean },
) {
  const at = new Date(T0 + index)
  const job = { job: 'userStatusSync', trigger: 'schedule', config: '{}', batches: 0, decidedThrough: null, pauseAskedBy: null }
  const data = {
    ...job,
    runUuid: `r${index}`,
    dryRun,
    counters: JSON.stringify({ scanned: 9, ...counted }),
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
      { at: T0 + 3, status: 'completed', isPartial: true },
      { at: T0 + 2, status: 'failed', isPartial: false },
      { at: T0 + 1, status: 'completed', isPartial: false },
      { at: T0, status: 'failed', isPartial: false },
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

  test('is how many of the accounts that the sync looks at it has not compared since a time, and no further than asked', async () => {
    const database = await openForTest(dialect)
    const compared = (lastSyncAt: number | null, changes: Partial<AccountRow> = {}) => account(database, { lastSyncAt, ...changes })
    for (const lastSyncAt of [null, T0, T0 + 4]) await compared(lastSyncAt)
    // With a number, an account of another kind follows a registration, too.
    await compared(T0, { type: 'individual', registrationNumber: 'R-9' })
    await compared(null, { type: 'individual' })
    await compared(T0, { accountStatus: 'closed' })
    await compared(null, { createdAt: T0 + 6 })
    await compared(T0 + 5)
    const unverified = (limit: number, before = T0 + 5) => database.runMeasures.unverifiedAccounts({ before, limit })
    expect([await unverified(9), await unverified(4), await unverified(3), await unverified(1)]).toEqual([4, 4, 3, 1])
    expect([await unverified(9, T0), await unverified(9, T0 + 7)]).toEqual([1, 6])
  })

  test('is how many accounts of a kind the last two runs of a job met, dry runs aside', async () => {
    const database = await openForTest(dialect)
    const met = (counter: 'skippedUnknown' | 'inDoubt') =>
      database.runMeasures.metBySyncs({ jobs: ['userStatusSync', 'healthCheck'], counter })
    const unknown = () => met('skippedUnknown')
    expect(await unknown()).toEqual([])
    await syncRun(database, 1, { skippedUnknown: 7 })
    await syncRun(database, 2, { skippedUnknown: 0 })
    await syncRun(database, 3, { skippedUnknown: 9, dryRun: true })
    expect(await unknown()).toEqual([{ job: 'userStatusSync', count: 7 }])
    // Of a release that did not count them.
    expect(await met('inDoubt')).toEqual([{ job: 'userStatusSync', count: 0 }])
    await syncRun(database, 4, { skippedUnknown: 0 })
    expect(await unknown()).toEqual([{ job: 'userStatusSync', count: 0 }])
    await syncRun(database, 5, { skippedUnknown: 0, inDoubt: 3 })
    expect([await unknown(), await met('inDoubt')]).toMatchObject([[{ count: 0 }], [{ count: 3 }]])
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
  await runMeasures.unverifiedAccounts({ before: T0, limit: 9 })
  await runMeasures.metBySyncs({ jobs: ['userStatusSync'], counter: 'inDoubt' })
  await alerts.standing()
  await alerts.list({}, { after: { startedAt: T0, id: 'x' }, limit: 9 })
  const db = new DatabaseSync(url.slice('file:'.length), { readOnly: true })
  onTestFinished(() => db.close())
  const plans = statements
    .filter((sql) => sql.startsWith('SELECT'))
    .flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
    .map(({ detail }) => String(detail))
  const indexes = plans
    .filter((plan) => plan !== 'CO-ROUTINE sub' && plan !== 'SCAN sub')
    .map((plan) => /^SEARCH .* INDEX (\w+) /.exec(plan)?.[1] ?? plan)
  expect(indexes).toEqual([
    ...Array<string>(4).fill('AzureDataSync_backlog_idx'),
    'sqlite_autoindex_ObjectHistory_1',
    ...Array<string>(2).fill('OrganisationAccount_lastSyncAt_userId_idx'),
    'SyncRun_job_startedAt_runUuid_idx',
    'Alert_resolvedAt_startedAt_idx',
    'Alert_startedAt_id_idx',
  ])
})
