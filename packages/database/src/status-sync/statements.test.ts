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
import { goingOn } from '../testing/sync-ledger.ts'
import { inTransaction } from '../transaction.ts'
import { createOrganisationAccounts } from './organisation-accounts.ts'
import { createSyncRuns } from './sync-runs.ts'

const BATCH_SIZE = 50
const MOST_PER_UNCHANGED_ACCOUNT = 0.1

const userIds = Array.from({ length: BATCH_SIZE }, (_, index) => `u${String(index).padStart(2, '0')}`)
const seen = { registrationId: 'reg-1', version: 1 }
const unchanged = (run: { readonly runUuid: string; readonly batches: number }): SyncBatch => ({
  runUuid: run.runUuid,
  expectedVersion: 1,
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
    const { accounts, kinds, requests, runs } = await openRecorded(({ sql }) =>
      sql.includes('@claimed') ? [{ pauseAskedBy: 'operator' }] : [],
    )
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

  test('whoever is about to lock somebody out waits for those who do, and counts then; whoever only looks does not wait', async () => {
    const { accounts, kinds, requests, transaction } = await openRecorded(({ sql }) => (sql.includes('COUNT(*)') ? [{ accounts: 3 }] : []))
    const query = { to: 'suspended', since: T0, atMost: 20 } as const
    expect(await transaction((tx) => accounts.pushedLockOuts({ ...query, tx }))).toBe(3)
    expect(await accounts.pushedLockOuts(query)).toBe(3)
    expect(kinds()).toEqual(['begin', 'query', 'commit', 'query'])
    const [, inTurn, , alone] = requests
    expect(inTurn).toMatchObject({ args: alone?.args, sql: expect.stringMatching(/;\n/) })
    expect(inTurn?.sql.endsWith(alone?.sql ?? '-')).toBe(true)
    expect(inTurn?.sql.slice(0, -(alone?.sql.length ?? 0))).toMatchInlineSnapshot(`
      "SET NOCOUNT ON;
      DECLARE @limits NVARCHAR(60);
      SELECT @limits = s.[name] FROM [dbo].[Schedule] AS s WITH (UPDLOCK, HOLDLOCK) WHERE s.[name] = N'userStatusSync';
      "
    `)
  })

  test('the statements are such', async () => {
    const { accounts, requests, runs } = await openRecorded(({ sql }) =>
      sql.includes('@refused') ? [{ place: 0, answer: 'applied' }] : [],
    )
    await accounts.change(aChange(anAccount()))
    await runs.writeBatch(unchanged({ runUuid: 'r1', batches: 0 }))
    await accounts.page({ ...page, after: 'u1' })
    await accounts.page({ ...page, selection: { kind: 'abandoned', createdBefore: T0 } })
    await accounts.holdersOf(['R1'])
    await accounts.changesSince({ userIds, since: T0 })
    // It counts, and nothing here answers with a number: what was sent is all that is looked at.
    await accounts.pushedLockOuts({ to: 'suspended', since: T0, atMost: 20 }).catch(() => undefined)
    expect(
      requests
        .filter(({ sql }) => sql !== '')
        .map(({ sql }) => sql)
        .join('\n\n'),
    ).toMatchInlineSnapshot(`
      "SET NOCOUNT ON;
      SET XACT_ABORT ON;
      DECLARE @changes TABLE ([userId] NVARCHAR(4000) COLLATE Latin1_General_100_BIN2 NULL, [expectedVersion] INT NULL, [accountStatus] NVARCHAR(4000) COLLATE Latin1_General_100_BIN2 NULL, [organizationStatus] NVARCHAR(4000) COLLATE Latin1_General_100_BIN2 NULL, [registrationNumber] NVARCHAR(4000) COLLATE Latin1_General_100_BIN2 NULL, [numberKey] NVARCHAR(4000) COLLATE Latin1_General_100_BIN2 NULL, [registrationId] NVARCHAR(4000) COLLATE Latin1_General_100_BIN2 NULL, [registrationVersion] INT NULL, [statusSource] NVARCHAR(4000) COLLATE Latin1_General_100_BIN2 NULL, [statusReason] NVARCHAR(4000) COLLATE Latin1_General_100_BIN2 NULL, [at] DATETIME2 NULL, [sessionsEndedAt] DATETIME2 NULL, [place] INT NOT NULL PRIMARY KEY);
      DECLARE @refused TABLE ([place] INT NOT NULL PRIMARY KEY, [answer] NVARCHAR(20) NOT NULL);
      INSERT INTO @changes ([userId], [expectedVersion], [accountStatus], [organizationStatus], [registrationNumber], [numberKey], [registrationId], [registrationVersion], [statusSource], [statusReason], [at], [sessionsEndedAt], [place])
      SELECT j.[userId], j.[expectedVersion], j.[accountStatus], j.[organizationStatus], j.[registrationNumber], j.[numberKey], j.[registrationId], j.[registrationVersion], j.[statusSource], j.[statusReason], j.[at], j.[sessionsEndedAt], j.[place]
      FROM OPENJSON(@P1) WITH ([userId] NVARCHAR(4000) '$.userId', [expectedVersion] INT '$.expectedVersion', [accountStatus] NVARCHAR(4000) '$.accountStatus', [organizationStatus] NVARCHAR(4000) '$.organizationStatus', [registrationNumber] NVARCHAR(4000) '$.registrationNumber', [numberKey] NVARCHAR(4000) '$.numberKey', [registrationId] NVARCHAR(4000) '$.registrationId', [registrationVersion] INT '$.registrationVersion', [statusSource] NVARCHAR(4000) '$.statusSource', [statusReason] NVARCHAR(4000) '$.statusReason', [at] DATETIME2 '$.at', [sessionsEndedAt] DATETIME2 '$.sessionsEndedAt', [place] INT '$.place') AS j;
      INSERT INTO @refused ([place], [answer])
      SELECT c.[place], N'changed'
      FROM @changes AS c
      WHERE NOT EXISTS (
          SELECT 1 FROM [OrganisationAccount] AS a WITH (UPDLOCK) WHERE a.[userId] = c.[userId] AND a.[statusVersion] = c.[expectedVersion]
            AND (a.[registrationId] IS NULL OR a.[registrationVersion] IS NULL OR c.[registrationId] IS NULL OR c.[registrationVersion] IS NULL
              OR a.[registrationId] <> c.[registrationId] COLLATE Latin1_General_100_BIN2 OR a.[registrationVersion] <= c.[registrationVersion]
              OR a.[accountStatus] = 'pending_registration' AND a.[statusSource] IN ('admin', 'security', 'billing'))
        )
      OPTION (LOOP JOIN);
      INSERT INTO @refused ([place], [answer])
      SELECT c.[place], N'numberTaken'
      FROM @changes AS c
      WHERE NOT EXISTS (SELECT 1 FROM @refused AS r WHERE r.[place] = c.[place]) AND EXISTS (
        SELECT 1 FROM [dbo].[OrganisationAccount] AS o WITH (UPDLOCK, HOLDLOCK) WHERE o.[numberKey] = c.[numberKey] AND o.[userId] <> c.[userId]
      )
      OPTION (LOOP JOIN);
      INSERT INTO @refused ([place], [answer])
      SELECT n.[place], N'numberTaken'
      FROM (
        SELECT c.[place], ROW_NUMBER() OVER (PARTITION BY c.[numberKey] ORDER BY c.[place]) AS [nth] FROM @changes AS c WHERE NOT EXISTS (SELECT 1 FROM @refused AS r WHERE r.[place] = c.[place])
      ) AS n
      WHERE n.[nth] > 1;
      UPDATE a SET [accountStatus] = c.[accountStatus], [organizationStatus] = c.[organizationStatus], [registrationNumber] = c.[registrationNumber], [numberKey] = c.[numberKey], [registrationId] = c.[registrationId], [registrationVersion] = c.[registrationVersion], [statusSource] = c.[statusSource], [statusReason] = c.[statusReason],
        [statusChangedAt] = CASE WHEN a.[accountStatus] = c.[accountStatus] THEN a.[statusChangedAt] ELSE c.[at] END,
        [statusVersion] = a.[statusVersion] + 1,
        [sessionsValidFrom] = COALESCE(c.[sessionsEndedAt], a.[sessionsValidFrom]),
        [updatedAt] = c.[at]
      FROM @changes AS c
      INNER LOOP JOIN [dbo].[OrganisationAccount] AS a ON a.[userId] = c.[userId]
      WHERE NOT EXISTS (SELECT 1 FROM @refused AS r WHERE r.[place] = c.[place]);
      INSERT INTO [dbo].[AuditLog] ([id], [at], [actor], [action], [targetType], [targetId], [reason], [details])
      SELECT w.[id], w.[at], w.[actor], w.[action], w.[targetType], w.[targetId], w.[reason], w.[details]
      FROM OPENJSON(@P2) WITH ([id] NVARCHAR(4000) '$.id', [at] DATETIME2 '$.at', [actor] NVARCHAR(4000) '$.actor', [action] NVARCHAR(4000) '$.action', [targetType] NVARCHAR(4000) '$.targetType', [targetId] NVARCHAR(4000) '$.targetId', [reason] NVARCHAR(4000) '$.reason', [details] NVARCHAR(MAX) '$.details', [userId] NVARCHAR(4000) '$.userId') AS w
      INNER JOIN @changes AS c ON c.[userId] = w.[userId] COLLATE Latin1_General_100_BIN2
      WHERE NOT EXISTS (SELECT 1 FROM @refused AS r WHERE r.[place] = c.[place]);
      SELECT c.[place], COALESCE(r.[answer], N'applied') AS [answer]
      FROM @changes AS c
      LEFT JOIN @refused AS r ON r.[place] = c.[place];

      SET NOCOUNT ON;
      SET XACT_ABORT ON;
      DECLARE @runUuid NVARCHAR(4000), @expectedVersion INT, @expectedBatches INT, @at DATETIME2;
      SELECT @runUuid = b.[runUuid], @expectedVersion = b.[expectedVersion], @expectedBatches = b.[expectedBatches], @at = b.[at] FROM OPENJSON(@P1) WITH ([runUuid] NVARCHAR(4000) '$.runUuid', [expectedVersion] INT '$.expectedVersion', [expectedBatches] INT '$.expectedBatches', [decidedThrough] NVARCHAR(4000) '$.decidedThrough', [counters] NVARCHAR(MAX) '$.counters', [at] DATETIME2 '$.at') AS b;
      DECLARE @claimed TABLE ([pauseAskedBy] NVARCHAR(100) NULL);
      DECLARE @halt NVARCHAR(20) = N'stopped';
      BEGIN TRANSACTION;
      SELECT @halt = CASE
        WHEN l.[version] <> @expectedVersion OR l.[dueAt] IS NULL OR l.[cancelRequestedAt] IS NOT NULL THEN N'stopped'
        WHEN EXISTS (SELECT 1 FROM [dbo].[ResourceClosure] AS c WHERE c.[openKey] = N'fleet') THEN N'fleetPaused' END
      FROM [dbo].[AzureDataSync] AS l WITH (REPEATABLEREAD)
      WHERE l.[uuid] = @runUuid;
      UPDATE r SET [batches] = r.[batches] + 1, [decidedThrough] = COALESCE(b.[decidedThrough], r.[decidedThrough]),
        [counters] = b.[counters], [heartbeatAt] = b.[at]
      OUTPUT inserted.[pauseAskedBy] INTO @claimed ([pauseAskedBy])
      FROM OPENJSON(@P1) WITH ([runUuid] NVARCHAR(4000) '$.runUuid', [expectedVersion] INT '$.expectedVersion', [expectedBatches] INT '$.expectedBatches', [decidedThrough] NVARCHAR(4000) '$.decidedThrough', [counters] NVARCHAR(MAX) '$.counters', [at] DATETIME2 '$.at') AS b
      INNER LOOP JOIN [dbo].[SyncRun] AS r ON r.[runUuid] = b.[runUuid] COLLATE Latin1_General_100_BIN2
      WHERE r.[batches] = b.[expectedBatches] AND @halt IS NULL;
      IF EXISTS (SELECT 1 FROM @claimed)
      BEGIN
      INSERT INTO [dbo].[SyncItem] ([runUuid], [userId], [outcome], [attempt], [errorCode], [settledAt], [action], [reasonCode], [before], [after], [registration], [decidedAt])
      SELECT @runUuid, j.[userId], j.[outcome], j.[attempt], j.[errorCode], j.[settledAt], j.[action], j.[reasonCode], j.[before], j.[after], j.[registration], j.[decidedAt] FROM OPENJSON(@P2) WITH ([userId] NVARCHAR(4000) '$.userId', [outcome] NVARCHAR(4000) '$.outcome', [attempt] INT '$.attempt', [errorCode] NVARCHAR(4000) '$.errorCode', [settledAt] DATETIME2 '$.settledAt', [action] NVARCHAR(4000) '$.action', [reasonCode] NVARCHAR(4000) '$.reasonCode', [before] NVARCHAR(MAX) '$.before', [after] NVARCHAR(MAX) '$.after', [registration] NVARCHAR(MAX) '$.registration', [decidedAt] DATETIME2 '$.decidedAt') AS j;
      UPDATE i SET [outcome] = j.[outcome], [attempt] = j.[attempt], [errorCode] = j.[errorCode], [settledAt] = j.[settledAt],
        [action] = CASE WHEN j.[action] IS NULL THEN i.[action] ELSE j.[action] END, [reasonCode] = CASE WHEN j.[action] IS NULL THEN i.[reasonCode] ELSE j.[reasonCode] END, [before] = CASE WHEN j.[action] IS NULL THEN i.[before] ELSE j.[before] END, [after] = CASE WHEN j.[action] IS NULL THEN i.[after] ELSE j.[after] END, [registration] = CASE WHEN j.[action] IS NULL THEN i.[registration] ELSE j.[registration] END
      FROM OPENJSON(@P3) WITH ([userId] NVARCHAR(4000) '$.userId', [outcome] NVARCHAR(4000) '$.outcome', [attempt] INT '$.attempt', [errorCode] NVARCHAR(4000) '$.errorCode', [settledAt] DATETIME2 '$.settledAt', [action] NVARCHAR(4000) '$.action', [reasonCode] NVARCHAR(4000) '$.reasonCode', [before] NVARCHAR(MAX) '$.before', [after] NVARCHAR(MAX) '$.after', [registration] NVARCHAR(MAX) '$.registration') AS j
      INNER LOOP JOIN [dbo].[SyncItem] AS i ON i.[runUuid] = @runUuid AND i.[userId] = j.[userId] COLLATE Latin1_General_100_BIN2
      WHERE i.[outcome] = N'pending';
      UPDATE a SET [lastSyncAt] = @at,
        [registrationId] = CASE WHEN j.[registrationVersion] IS NOT NULL AND a.[statusVersion] = j.[statusVersion]
            AND (a.[registrationId] IS NULL OR a.[registrationId] = j.[registrationId] COLLATE Latin1_General_100_BIN2)
            AND (a.[registrationVersion] IS NULL OR a.[registrationVersion] < j.[registrationVersion]) THEN j.[registrationId] ELSE a.[registrationId] END,
        [registrationVersion] = CASE WHEN j.[registrationVersion] IS NOT NULL AND a.[statusVersion] = j.[statusVersion]
            AND (a.[registrationId] IS NULL OR a.[registrationId] = j.[registrationId] COLLATE Latin1_General_100_BIN2)
            AND (a.[registrationVersion] IS NULL OR a.[registrationVersion] < j.[registrationVersion]) THEN j.[registrationVersion] ELSE a.[registrationVersion] END
      FROM OPENJSON(@P4) WITH ([userId] NVARCHAR(4000) '$.userId', [statusVersion] INT '$.statusVersion', [registrationId] NVARCHAR(4000) '$.registrationId', [registrationVersion] INT '$.registrationVersion') AS j
      INNER LOOP JOIN [dbo].[OrganisationAccount] AS a ON a.[userId] = j.[userId] COLLATE Latin1_General_100_BIN2;
      END;
      COMMIT TRANSACTION;
      SELECT c.[pauseAskedBy], CAST(NULL AS NVARCHAR(20)) AS [halt] FROM @claimed AS c
      UNION ALL
      SELECT NULL, @halt FROM [dbo].[SyncRun] AS r WHERE @halt IS NOT NULL AND r.[runUuid] = @runUuid AND r.[batches] = @expectedBatches;

      SELECT TOP (50) a.[userId], a.[type], a.[accountStatus], a.[organizationStatus], a.[registrationNumber], a.[statusSource], a.[statusReason], a.[statusChangedAt], a.[statusVersion], a.[registrationId], a.[registrationVersion], a.[lastSyncAt], a.[azureId], a.[sessionsValidFrom], a.[createdAt] FROM [dbo].[OrganisationAccount] AS a WHERE a.[userId] > @P1 AND (a.[type] = 'organization' OR a.[registrationNumber] IS NOT NULL) AND a.[accountStatus] <> 'closed' ORDER BY a.[userId]

      SELECT TOP (50) a.[userId], a.[type], a.[accountStatus], a.[organizationStatus], a.[registrationNumber], a.[statusSource], a.[statusReason], a.[statusChangedAt], a.[statusVersion], a.[registrationId], a.[registrationVersion], a.[lastSyncAt], a.[azureId], a.[sessionsValidFrom], a.[createdAt] FROM [dbo].[OrganisationAccount] AS a WHERE a.[userId] > @P1 AND a.[accountStatus] = 'pending_registration' AND a.[registrationNumber] IS NULL AND a.[createdAt] < @P2 ORDER BY a.[userId]

      SELECT a.[registrationNumber], a.[userId] FROM OPENJSON(@P1) WITH ([value] NVARCHAR(4000) '$') AS j INNER LOOP JOIN [dbo].[OrganisationAccount] AS a ON a.[numberKey] = j.[value] COLLATE Latin1_General_100_BIN2 WHERE a.[registrationNumber] IS NOT NULL

      SELECT a.[targetId] AS [userId], COUNT(*) AS [changes] FROM OPENJSON(@P1) WITH ([value] NVARCHAR(4000) '$') AS j INNER LOOP JOIN [dbo].[AuditLog] AS a ON a.[targetId] = j.[value] COLLATE Latin1_General_100_BIN2
      WHERE a.[targetType] = 'account' AND a.[at] >= @P2 AND a.[action] = 'USER_STATUS_SYNC' AND JSON_VALUE(a.[details], '$.previousStatus') <> JSON_VALUE(a.[details], '$.newStatus')
      GROUP BY a.[targetId]

      SELECT COUNT(*) AS [accounts] FROM (SELECT TOP (20) a.[statusChangedAt] FROM [dbo].[OrganisationAccount] AS a WHERE a.[statusSource] = 'realtime' AND a.[accountStatus] = 'suspended' AND a.[statusChangedAt] >= @P1) AS found"
    `)
  })
})

describe('on SQLite', () => {
  async function opened() {
    const statements: string[] = []
    const { url, database, cleanup } = await createTestDatabase({ onQuery: (sql) => statements.push(sql) })
    onTestFinished(cleanup)
    return { database, statements, url, run: await goingOn(database).begin(begin) }
  }

  const added = async ({ organisationAccounts }: Database) => {
    for (const userId of userIds) await organisationAccounts.add(aNewAccount({ userId }), anAuditEntry({ targetId: userId }))
  }
  const verbsOf = (statements: readonly string[]) => statements.map((sql) => /^(?:WITH j .*\n)?(\w+)|"COMMIT"/.exec(sql)?.[1] ?? 'COMMIT')

  test('a batch of 50 accounts that agree takes three statements with the one that reads them: 0.06 for each', async () => {
    const { database, run, statements } = await opened()
    await added(database)
    statements.splice(0)
    expect(await database.organisationAccounts.page(page)).toHaveLength(BATCH_SIZE)
    expect(await database.syncRuns.writeBatch(unchanged(run))).toEqual({ pauseAskedBy: null })
    expect(verbsOf(statements)).toEqual(['SELECT', 'UPDATE', 'UPDATE'])
    expect(statements.length / BATCH_SIZE).toBeLessThanOrEqual(MOST_PER_UNCHANGED_ACCOUNT)
    expect(await database.organisationAccounts.read(userIds)).toEqual(
      expect.arrayContaining([expect.objectContaining({ userId: 'u00', lastSyncAt: T0, registrationVersion: 1 })]),
    )
  })

  test('an odd registration among them makes a transaction of it, of five statements', async () => {
    const { database, run, statements } = await opened()
    await added(database)
    statements.splice(0)
    const items = [aSyncItem({ userId: 'u07', action: 'finding', outcome: 'noted', after: null })]
    await database.syncRuns.writeBatch({ ...unchanged(run), items })
    // Of the transaction's begin Prisma does not tell.
    expect(verbsOf(statements)).toEqual(['UPDATE', 'INSERT', 'UPDATE', 'COMMIT'])
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
    [
      'whom pushes have suspended',
      ({ organisationAccounts }) => organisationAccounts.pushedLockOuts({ to: 'suspended', since: T0, atMost: 20 }),
      'COVERING INDEX OrganisationAccount_statusSource_accountStatus_statusChangedAt_idx',
    ],
    [
      'whom pushes have sent back',
      ({ organisationAccounts }) => organisationAccounts.pushedLockOuts({ to: 'pending_registration', since: T0, atMost: 20 }),
      'OrganisationAccount_statusSource_accountStatus_statusChangedAt_idx',
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
      ({ syncRuns }) => syncRuns.list({ job: 'accountCleanup', before: { startedAt: T0, runUuid: newId() }, limit: 50 }),
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
    ['a batch that leaves no item', ({ syncRuns }) => syncRuns.writeBatch(unchanged({ runUuid: 'r1', batches: 0 })), 'SyncRun_1'],
  ])('%s: found by an index, in its order', async (_what, ask, index) => {
    const { database, statements, url } = await opened()
    statements.splice(0)
    await ask(database)
    const db = new DatabaseSync(url.slice('file:'.length), { readOnly: true })
    onTestFinished(() => db.close())
    const asked = statements.map((sql) => sql.trim()).filter((sql) => /^(SELECT|UPDATE|DELETE|WITH)/.test(sql))
    const plans = asked.flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()).map(({ detail }) => String(detail))
    expect(
      plans.filter((plan) => plan.includes(index)),
      plans.join('\n'),
    ).not.toEqual([])
    expect(plans.filter((plan) => /^SCAN (?!(j|json_each|found)\b)/.test(plan))).toEqual([])
    // Of an account's items, and of runs that began in one millisecond, a few are put in order by the rest of their key.
    expect(plans.filter((plan) => plan.includes('TEMP B-TREE FOR ORDER BY') && !plan.includes('LAST TERM'))).toEqual([])
  })
})
