// The statements that write a batch of a sync run. `claim` finds the batch's number to stand, and locks the run until the transaction ends.
import { MARK_VERIFIED } from './mark-verified.ts'
import { type Columns, jsonRows, LONG_TEXT, listed, names, ORDINAL, openJson, TEXT } from './words.ts'

const BATCH: Columns = {
  runUuid: TEXT,
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

/** ?1 the batch (`rowOfBatch`), or a list of rows and ?2 the run. */
export const SQLITE_BATCH = {
  claim: `UPDATE [SyncRun] SET [batches] = [batches] + 1, [decidedThrough] = COALESCE(?1 ->> 'decidedThrough', [decidedThrough]),
  [counters] = ?1 ->> 'counters', [heartbeatAt] = ?1 ->> 'at'
WHERE [runUuid] = ?1 ->> 'runUuid' AND [batches] = ?1 ->> 'expectedBatches'
RETURNING [pauseAskedBy]`,
  items: `INSERT INTO [SyncItem] ([runUuid], ${listed(ITEM)})
SELECT ?2, ${names(ITEM)
    .map((name) => `value ->> '${name}'`)
    .join(', ')} FROM json_each(?1)`,
  // By its key: SQLite would otherwise walk all that is pending.
  settled: `${jsonRows('?1', SETTLED)}
UPDATE [SyncItem] SET ${settle('[SyncItem]')}
FROM j WHERE [SyncItem].[runUuid] = ?2 AND [SyncItem].[userId] = j.[userId] AND +[SyncItem].[outcome] = 'pending'`,
} as const

// @P1 the batch, @P2 its new items, @P3 what was settled, @P4 whom it verified.
const DECLARE = `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @runUuid ${TEXT}, @at DATETIME2;
SELECT @runUuid = b.[runUuid], @at = b.[at] FROM ${openJson('@P1', BATCH)} AS b;`

const DECLARE_CLAIMED = `${DECLARE}
DECLARE @claimed TABLE ([pauseAskedBy] NVARCHAR(100) NULL);`

const CLAIM = `UPDATE r SET [batches] = r.[batches] + 1, [decidedThrough] = COALESCE(b.[decidedThrough], r.[decidedThrough]),
  [counters] = b.[counters], [heartbeatAt] = b.[at]
OUTPUT inserted.[pauseAskedBy] INTO @claimed ([pauseAskedBy])
FROM ${openJson('@P1', BATCH)} AS b
INNER LOOP JOIN [dbo].[SyncRun] AS r ON r.[runUuid] = b.[runUuid] ${ORDINAL}
WHERE r.[batches] = b.[expectedBatches];`

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
SELECT [pauseAskedBy] FROM @claimed;`,
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
SELECT [pauseAskedBy] FROM @claimed;`,
} as const
