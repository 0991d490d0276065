// The statements that write a batch of a sync run. `claim` finds the batch's number to stand, and the run to go on in the ledger at the version that its writer was given, and keeps both so
// until the transaction ends: whoever cancels or ends the run meanwhile waits for the batch, and no later one is written.
import { FLEET } from '@rollcall/engine'
import { MARK_VERIFIED } from './mark-verified.ts'
import { type Columns, jsonRows, LONG_TEXT, listed, names, ORDINAL, openJson, TEXT } from './words.ts'

const BATCH: Columns = {
  runUuid: TEXT,
  expectedVersion: 'INT',
  expectedBatches: 'INT',
  decidedThrough: TEXT,
  counters: LONG_TEXT,
  at: 'DATETIME2',
}
const DECIDED: Columns = { action: TEXT, reasonCode: TEXT, before: LONG_TEXT, after: LONG_TEXT, registration: LONG_TEXT }
const SETTLED: Columns = { userId: TEXT, outcome: TEXT, attempt: 'INT', errorCode: TEXT, settledAt: 'DATETIME2', ...DECIDED }
const ITEM: Columns = { ...SETTLED, decidedAt: 'DATETIME2' }

const settle = (
  item: string,
) => `[outcome] = j.[outcome], [attempt] = j.[attempt], [errorCode] = j.[errorCode], [settledAt] = j.[settledAt],
  ${names(DECIDED)
    .map((name) => `[${name}] = CASE WHEN j.[action] IS NULL THEN ${item}.[${name}] ELSE j.[${name}] END`)
    .join(', ')}`

/** Whether the run of the sync run `r` has not moved on, and is neither over, nor asked to be. Without its row it is over: it stands in the archive. */
const goesOn = (version: string) => `EXISTS (
    SELECT 1 FROM [AzureDataSync] AS l
    WHERE l.[uuid] = r.[runUuid] AND l.[version] = ${version} AND l.[dueAt] IS NOT NULL AND l.[cancelRequestedAt] IS NULL
  )`
const GOES_ON = goesOn("?1 ->> 'expectedVersion'")
const PAUSED = `EXISTS (SELECT 1 FROM [ResourceClosure] AS c WHERE c.[openKey] = '${FLEET}')`

/** ?1 the batch (`rowOfBatch`), or a list of rows and ?2 the run; of `verified`, ?2 the time, ?3 the run, ?4 the batch's number and ?5 the run's version. */
export const SQLITE_BATCH = {
  claim: `UPDATE [SyncRun] AS r SET [batches] = [batches] + 1, [decidedThrough] = COALESCE(?1 ->> 'decidedThrough', [decidedThrough]),
  [counters] = ?1 ->> 'counters', [heartbeatAt] = ?1 ->> 'at'
WHERE [runUuid] = ?1 ->> 'runUuid' AND [batches] = ?1 ->> 'expectedBatches' AND ${GOES_ON} AND NOT ${PAUSED}
RETURNING [pauseAskedBy]`,
  /** Asked where nothing was claimed. No row: another has written the batch. */
  halt: `SELECT CASE WHEN ${GOES_ON} THEN 'fleetPaused' ELSE 'stopped' END AS [halt]
FROM [SyncRun] AS r WHERE r.[runUuid] = ?1 ->> 'runUuid' AND r.[batches] = ?1 ->> 'expectedBatches'`,
  items: `INSERT INTO [SyncItem] ([runUuid], ${listed(ITEM)})
SELECT ?2, ${names(ITEM)
    .map((name) => `value ->> '${name}'`)
    .join(', ')} FROM json_each(?1)`,
  // By its key: SQLite would otherwise walk all that is pending.
  settled: `${jsonRows('?1', SETTLED)}
UPDATE [SyncItem] SET ${settle('[SyncItem]')}
FROM j WHERE [SyncItem].[runUuid] = ?2 AND [SyncItem].[userId] = j.[userId] AND +[SyncItem].[outcome] = 'pending'`,
  /** In front of the batch's `claim`, while its number stands. */
  verified: `${MARK_VERIFIED.sqlite('?1', '?2')} AND EXISTS (SELECT 1 FROM [SyncRun] AS r WHERE r.[runUuid] = ?3 AND r.[batches] = ?4 AND ${goesOn('?5')} AND NOT ${PAUSED})`,
} as const

// @P1 the batch, @P2 its new items, @P3 what was settled, @P4 whom it verified.
const DECLARE = `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @runUuid ${TEXT}, @expectedVersion INT, @expectedBatches INT, @at DATETIME2;
SELECT @runUuid = b.[runUuid], @expectedVersion = b.[expectedVersion], @expectedBatches = b.[expectedBatches], @at = b.[at] FROM ${openJson('@P1', BATCH)} AS b;`

const DECLARE_CLAIMED = `${DECLARE}
DECLARE @claimed TABLE ([pauseAskedBy] NVARCHAR(100) NULL);
DECLARE @halt NVARCHAR(20) = N'stopped';`

// The ledger's row comes before the sync run's, as where a run is moved on and its sync run written with it. REPEATABLEREAD keeps it from being
// changed until the transaction ends, also where readers are given earlier versions of rows.
const CLAIM = `SELECT @halt = CASE
  WHEN l.[version] <> @expectedVersion OR l.[dueAt] IS NULL OR l.[cancelRequestedAt] IS NOT NULL THEN N'stopped'
  WHEN EXISTS (SELECT 1 FROM [dbo].[ResourceClosure] AS c WHERE c.[openKey] = N'${FLEET}') THEN N'fleetPaused' END
FROM [dbo].[AzureDataSync] AS l WITH (REPEATABLEREAD)
WHERE l.[uuid] = @runUuid;
UPDATE r SET [batches] = r.[batches] + 1, [decidedThrough] = COALESCE(b.[decidedThrough], r.[decidedThrough]),
  [counters] = b.[counters], [heartbeatAt] = b.[at]
OUTPUT inserted.[pauseAskedBy] INTO @claimed ([pauseAskedBy])
FROM ${openJson('@P1', BATCH)} AS b
INNER LOOP JOIN [dbo].[SyncRun] AS r ON r.[runUuid] = b.[runUuid] ${ORDINAL}
WHERE r.[batches] = b.[expectedBatches] AND @halt IS NULL;`

/** What was claimed, or why nothing was. No row: another has written the batch. */
const TELL = `SELECT c.[pauseAskedBy], CAST(NULL AS NVARCHAR(20)) AS [halt] FROM @claimed AS c
UNION ALL
SELECT NULL, @halt FROM [dbo].[SyncRun] AS r WHERE @halt IS NOT NULL AND r.[runUuid] = @runUuid AND r.[batches] = @expectedBatches;`

const RECORD = `INSERT INTO [dbo].[SyncItem] ([runUuid], ${listed(ITEM)})
SELECT @runUuid, ${listed(ITEM, 'j')} FROM ${openJson('@P2', ITEM)} AS j;
UPDATE i SET ${settle('i')}
FROM ${openJson('@P3', SETTLED)} AS j
INNER LOOP JOIN [dbo].[SyncItem] AS i ON i.[runUuid] = @runUuid AND i.[userId] = j.[userId] ${ORDINAL}
WHERE i.[outcome] = N'pending';
${MARK_VERIFIED.sqlserver('@P4', '@at')}`

export const SQLSERVER_BATCH = {
  /** Inside a transaction. */
  claim: `${DECLARE_CLAIMED}
${CLAIM}
${TELL}`,
  /** After `claim`, in the same transaction. */
  record: `${DECLARE}
UPDATE r SET [counters] = b.[counters]
FROM ${openJson('@P1', BATCH)} AS b
INNER LOOP JOIN [dbo].[SyncRun] AS r ON r.[runUuid] = b.[runUuid] ${ORDINAL};
${RECORD}`,
  /** All of a batch without writes of its own. */
  whole: `${DECLARE_CLAIMED}
BEGIN TRANSACTION;
${CLAIM}
IF EXISTS (SELECT 1 FROM @claimed)
BEGIN
${RECORD}
END;
COMMIT TRANSACTION;
${TELL}`,
} as const
