// What is sent to either database: a batch is few statements however many accounts it is about, and no question reads through a table.
import { DatabaseSync } from 'node:sqlite'
import type { Transaction } from '@rollcall/engine'
import { newId, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { NO_COUNTERS, type OrganisationAccount, type SyncBatch } from '@rollcall/status-sync'
import { aChange, aNewAccount, anAccount, anAuditEntry, aSyncItem } from '@rollcall/status-sync/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { createSqlServerLedgerSql } from '../ledger/sqlserver-ledger-sql.ts'
import { createSqlServerClient } from '../open-client.ts'
import { wrapTransaction } from '../prisma.ts'
import { createTestDatabase } from '../testing/create-test-database.ts'
import { createRecordingDriver } from '../testing/recording-driver.ts'
import { inTransaction } from '../transaction.ts'
import { createOrganisationAccounts } from './organisation-accounts.ts'
import { createSyncRuns } from './sync-runs.ts'

const BATCH_SIZE = 50
const MOST_PER_UNCHANGED_ACCOUNT = 0.1

const userIds = Array.from({ length: BATCH_SIZE }, (_, index) => `u${String(index).padStart(2, '0')}`)
const seen = { registrationId: 'reg-1', version: 1 }
const unchanged = (run: { readonly runUuid: string; readonly batches: number }): SyncBatch => ({
  runUuid: run.runUuid,
  expectedBatches: run.batches,
  decidedThrough: userIds.at(-1) ?? null,
  counters: { ...NO_COUNTERS, scanned: BATCH_SIZE, unchanged: BATCH_SIZE },
  items: [],
  settled: [],
  verified: userIds.map((userId) => ({ userId, statusVersion: 1, seen })),
  at: T0,
})
const begin = { runUuid: 'r1', job: 'userStatusSync', trigger: 'schedule', dryRun: false, config: {}, startedAt: T0 } as const
const page = { selection: { kind: 'withRegistration' }, after: null, limit: BATCH_SIZE } as const

describe('on SQL Server', () => {
  async function openRecorded(answer: Parameters<typeof createRecordingDriver>[0] = () => []) {
    const { factory, requests } = createRecordingDriver(answer)
    const prisma = await createSqlServerClient({ adapter: factory })
    onTestFinished(() => prisma.$disconnect())
    return {
      requests,
      kinds: () => requests.map(({ kind }) => kind),
      accounts: createOrganisationAccounts({ prisma, dialect: 'sqlserver' }),
      runs: createSyncRuns({ prisma, dialect: 'sqlserver', sql: createSqlServerLedgerSql(prisma) }),
      transaction: <Answer>(body: (tx: Transaction) => Promise<Answer>) => inTransaction(prisma, (tx) => body(wrapTransaction(tx))),
    }
  }

  test('a batch of 50 accounts that agree takes two messages: 0.04 for each', async () => {
    const { accounts, kinds, requests, runs } = await openRecorded(({ sql }) => (sql.includes('@claimed') ? [{ pauseAskedBy: 'operator' }] : []))
    await accounts.page(page)
    expect(await runs.writeBatch(unchanged({ runUuid: 'r1', batches: 0 }))).toEqual({ pauseAskedBy: 'operator' })
    expect(kinds()).toEqual(['query', 'query'])
    expect(requests.length / BATCH_SIZE).toBeLessThanOrEqual(MOST_PER_UNCHANGED_ACCOUNT)
    expect(requests[1]?.args.map((json) => JSON.parse(String(json)).length)).toEqual([1, 0, 0, BATCH_SIZE])
  })

  test('a batch that applies 50 changes and begins what ends their sessions takes six', async () => {
    const { accounts, kinds, requests, runs } = await openRecorded(({ sql }) => {
      if (sql.includes('@refused')) return userIds.map((_, place) => ({ place, answer: 'applied' }))
      return sql.includes('@claimed') ? [{ pauseAskedBy: null }] : []
    })
    const changes = userIds.map((userId) => aChange(anAccount({ userId }), { accountStatus: 'suspended', revokesSessions: true }))
    await runs.writeBatch({ ...unchanged({ runUuid: 'r1', batches: 3 }), verified: [] }, async (tx) => {
      const outcomes = await accounts.apply(tx, changes.toReversed())
      expect(new Set(outcomes.values())).toEqual(new Set(['applied']))
      const settled = userIds.map((userId) => ({ userId, outcome: 'applied' as const, attempt: 1, errorCode: null, at: T0 }))
      return { counters: { ...NO_COUNTERS, applied: BATCH_SIZE }, settled, start: userIds.map(() => newRun()) }
    })
    expect(kinds()).toEqual(['begin', 'query', 'query', 'execute', 'execute', 'commit'])
    const [, claim, apply, record, start] = requests.map(({ args }) => args.map((json) => JSON.parse(String(json))))
    expect(claim?.[0]).toMatchObject([{ runUuid: 'r1', expectedBatches: 3, at: '2026-01-05T08:00:00.000' }])
    expect(apply?.[0].map(({ userId }: OrganisationAccount) => userId)).toEqual(userIds)
    expect(apply?.[0][0]).toMatchObject({ numberKey: 'user:u00', sessionsEndedAt: '2026-01-05T08:00:01.000', place: 0 })
    expect(apply?.[1]).toHaveLength(BATCH_SIZE)
    expect(JSON.parse(record?.[0][0].counters)).toMatchObject({ applied: BATCH_SIZE })
    expect(record?.map((rows) => rows.length)).toEqual([1, 0, BATCH_SIZE, 0])
    expect(start?.[0]).toHaveLength(BATCH_SIZE)
  })

  test('who comes second with a batch is told so, and writes nothing', async () => {
    const { kinds, runs } = await openRecorded()
    expect(await runs.writeBatch(unchanged({ runUuid: 'r1', batches: 0 }))).toBeNull()
    expect(await runs.writeBatch(unchanged({ runUuid: 'r1', batches: 0 }), () => Promise.reject(new Error('written')))).toBeNull()
    expect(kinds()).toEqual(['query', 'begin', 'query', 'commit'])
  })

  test('what is asked for a batch is one message each, with its keys as JSON; nothing is asked about nobody', async () => {
    const { accounts, kinds, requests } = await openRecorded()
    await accounts.read(userIds)
    await accounts.holdersOf(['R1', 'R2'])
    await accounts.changesSince({ userIds, since: T0 })
    await Promise.all([accounts.read([]), accounts.holdersOf([]), accounts.changesSince({ userIds: [], since: T0 })])
    expect(kinds()).toEqual(['query', 'query', 'query'])
    expect(requests.map(({ args }) => args.length)).toEqual([1, 1, 2])
  })

  test('an order takes one batch in a transaction, and a verdict that is not complete is refused', async () => {
    const { accounts, kinds } = await openRecorded()
    await expect(accounts.change(aChange(anAccount()))).rejects.toThrow('judges 1 changes of accounts answered 0 rows')
    expect(kinds()).toEqual(['begin', 'query', 'rollback'])
  })

  test('the statements are such', async () => {
    const { accounts, requests, runs } = await openRecorded(({ sql }) => (sql.includes('@refused') ? [{ place: 0, answer: 'applied' }] : []))
    await accounts.change(aChange(anAccount()))
    await runs.writeBatch(unchanged({ runUuid: 'r1', batches: 0 }))
    await accounts.page({ ...page, after: 'u1' })
    await accounts.page({ ...page, selection: { kind: 'abandoned', createdBefore: T0 } })
    await accounts.holdersOf(['R1'])
    await accounts.changesSince({ userIds, since: T0 })
    expect(
      requests
        .filter(({ sql }) => sql !== '')
        .map(({ sql }) => sql)
        .join('\n\n'),
    ).toMatchInlineSnapshot()
  })
})

describe('on SQLite', () => {
  async function opened() {
    const statements: string[] = []
    const { url, database, cleanup } = await createTestDatabase({ onQuery: (sql) => statements.push(sql) })
    onTestFinished(cleanup)
    for (const userId of userIds) await database.organisationAccounts.add(aNewAccount({ userId }), anAuditEntry({ targetId: userId }))
    const run = await database.syncRuns.begin(begin)
    statements.splice(0)
    return { database, run, statements, url }
  }

  test('a batch of 50 accounts that agree takes five statements with its transaction: 0.1 for each', async () => {
    const { database, run, statements } = await opened()
    expect(await database.organisationAccounts.page(page)).toHaveLength(BATCH_SIZE)
    await database.syncRuns.writeBatch(unchanged(run))
    expect(statements.map((sql) => /^(WITH j.*\n)?(\w+)/.exec(sql.trim())?.[2])).toEqual(['SELECT', 'BEGIN', 'UPDATE', 'UPDATE', 'COMMIT'])
    expect(statements.length / BATCH_SIZE).toBeLessThanOrEqual(MOST_PER_UNCHANGED_ACCOUNT)
    expect(await database.organisationAccounts.read(userIds)).toEqual(
      expect.arrayContaining([expect.objectContaining({ userId: 'u00', lastSyncAt: T0, registrationVersion: 1 })]),
    )
  })

  test.each<[string, (database: Database) => Promise<unknown>, string]>([
    ['a page of accounts with a registration', ({ organisationAccounts }) => organisationAccounts.page(page), 'OrganisationAccount_1'],
    [
      'a page of accounts without a number',
      ({ organisationAccounts }) => organisationAccounts.page({ ...page, selection: { kind: 'withoutNumber' }, after: 'u1' }),
      'type_registrationNumber_userId_idx',
    ],
    [
      'a page of abandoned accounts',
      ({ organisationAccounts }) => organisationAccounts.page({ ...page, selection: { kind: 'abandoned', createdBefore: T0 } }),
      'OrganisationAccount_1',
    ],
    ['accounts', ({ organisationAccounts }) => organisationAccounts.read(userIds), 'OrganisationAccount_1'],
    ['the holders of numbers', ({ organisationAccounts }) => organisationAccounts.holdersOf(['R1']), 'numberKey_key'],
    [
      'recent changes',
      ({ organisationAccounts }) => organisationAccounts.changesSince({ userIds, since: T0 }),
      'AuditLog_targetType_targetId_at_idx',
    ],
    ['a run’s items', ({ syncRuns }) => syncRuns.items({ runUuid: 'r1', outcome: null, after: 'u1', limit: 50 }), 'SyncItem_1'],
    [
      'a run’s pending items',
      ({ syncRuns }) => syncRuns.items({ runUuid: 'r1', outcome: 'pending', after: 'u1', limit: 50 }),
      'SyncItem_runUuid_outcome_userId_idx',
    ],
    ['an account’s items', ({ syncRuns }) => syncRuns.itemsOf({ userId: 'u1', limit: 50 }), 'SyncItem_userId_decidedAt_idx'],
    ['the newest runs', ({ syncRuns }) => syncRuns.list({ job: null, before: null, limit: 50 }), 'SyncRun_job_startedAt_runUuid_idx'],
    [
      'the next runs of a job',
      ({ syncRuns }) => syncRuns.list({ job: 'healthCheck', before: { startedAt: T0, runUuid: newId() }, limit: 50 }),
      'SyncRun_job_startedAt_runUuid_idx',
    ],
    ['an order', ({ organisationAccounts }) => organisationAccounts.change(aChange(anAccount({ userId: 'u01' }))), 'OrganisationAccount_1'],
    [
      'a batch',
      ({ syncRuns }) => {
        const settled = [{ userId: 'u01', outcome: 'applied' as const, attempt: 1, errorCode: null, at: T0 }]
        return syncRuns.writeBatch({ ...unchanged({ runUuid: 'r1', batches: 0 }), items: [aSyncItem()], settled })
      },
      'SyncItem_1',
    ],
  ])('%s: found by an index, in its order', async (_what, ask, index) => {
    const { database, statements, url } = await opened()
    await ask(database)
    const db = new DatabaseSync(url.slice('file:'.length), { readOnly: true })
    onTestFinished(() => db.close())
    const asked = statements.map((sql) => sql.trim()).filter((sql) => /^(SELECT|UPDATE|DELETE|WITH)/.test(sql))
    const plans = asked.flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()).map(({ detail }) => String(detail))
    expect(plans.filter((plan) => plan.includes(index))).not.toEqual([])
    expect(plans.filter((plan) => /^SCAN (?!(j|json_each)\b)/.test(plan))).toEqual([])
    // Of an account's items, and of runs that began in one millisecond, a few are put in order by the rest of their key.
    expect(plans.filter((plan) => plan.includes('TEMP B-TREE FOR ORDER BY') && !plan.includes('LAST TERM'))).toEqual([])
  })
})
