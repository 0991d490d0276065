import { EVENT_COLUMNS } from '../ledger/run-row.ts'
import type { PrismaClient } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { KEPT_COLUMNS } from './columns.ts'
import type { MoveRuns } from './move-runs.ts'

const ORDINAL = 'COLLATE Latin1_General_100_BIN2'
const list = (columns: readonly string[], alias?: string) => columns.map((name) => (alias ? `${alias}.[${name}]` : `[${name}]`)).join(', ')

/** A statement that takes 5,000 locks may be given the whole table's instead, and everybody would wait for it. */
const EVENTS_PER_STATEMENT = 2_000

/**
 * @P1 status, @P2 ended before, @P3 the process to leave out, @P4 and @P5 where the part before ended, @P6 how many, @P7 the time of archiving.
 * Runs that somebody has locked just now are passed over, and come the next night; those chosen stay locked, so that a replay waits and then
 * finds them gone. What is deleted is what is kept: one statement does both. The signals that were sent to them go: the history has what was answered.
 */
export const MOVE_RUNS = `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @before DATETIME2 = @P2, @afterAt DATETIME2 = @P4, @archivedAt DATETIME2 = @P7, @moved INT, @events INT = 1;
DECLARE @chosen TABLE ([uuid] NVARCHAR(36) ${ORDINAL} NOT NULL PRIMARY KEY, [createdAt] DATETIME2 NOT NULL);
BEGIN TRANSACTION;
INSERT INTO @chosen ([uuid], [createdAt])
SELECT TOP (@P6) r.[uuid], r.[createdAt]
FROM [dbo].[AzureDataSync] AS r WITH (READCOMMITTEDLOCK, UPDLOCK, ROWLOCK, READPAST)
WHERE r.[status] = @P1 AND r.[createdAt] < @before AND r.[updatedAt] < @before AND r.[process] <> @P3
  AND r.[createdAt] >= @afterAt AND (r.[createdAt] > @afterAt OR r.[uuid] > @P5)
ORDER BY r.[createdAt], r.[uuid];
DELETE r
OUTPUT ${list(KEPT_COLUMNS, 'deleted')}, @archivedAt INTO [dbo].[AzureDataSyncArchived] (${list(KEPT_COLUMNS)}, [archivedAt])
FROM @chosen AS c
INNER LOOP JOIN [dbo].[AzureDataSync] AS r WITH (ROWLOCK) ON r.[uuid] = c.[uuid]
WHERE r.[status] = @P1 AND r.[updatedAt] < @before;
SET @moved = @@ROWCOUNT;
WHILE @events > 0
BEGIN
  DELETE TOP (${EVENTS_PER_STATEMENT}) e
  OUTPUT ${list(EVENT_COLUMNS, 'deleted')} INTO [dbo].[ObjectHistoryArchived] (${list(EVENT_COLUMNS)})
  FROM @chosen AS c
  INNER LOOP JOIN [dbo].[ObjectHistory] AS e WITH (ROWLOCK) ON e.[runUuid] = c.[uuid];
  SET @events = @@ROWCOUNT;
END;
DELETE s
FROM @chosen AS c
INNER LOOP JOIN [dbo].[RunSignal] AS s WITH (ROWLOCK) ON s.[runUuid] = c.[uuid];
COMMIT TRANSACTION;
SELECT TOP (1) c.[uuid], c.[createdAt], @moved AS [moved], (SELECT COUNT(*) FROM @chosen) AS [chosen]
FROM @chosen AS c
ORDER BY c.[createdAt] DESC, c.[uuid] DESC;`

interface Answer {
  readonly uuid: string
  readonly createdAt: Date
  readonly moved: number
  readonly chosen: number
}

const EARLIEST = '0001-01-01T00:00:00.000'

/** One round trip, rolled back whole where it fails. */
export function createSqlServerMoveRuns(prisma: PrismaClient): MoveRuns {
  return async ({ status, endedBefore, exceptProcess, archivedAt, after, limit }) => {
    const startedAt = performance.now()
    const [last] = await retryConflicts(() =>
      prisma.$queryRawUnsafe<Answer[]>(
        MOVE_RUNS,
        status,
        timestamp(endedBefore),
        exceptProcess,
        after ? timestamp(after.createdAt) : EARLIEST,
        after?.uuid ?? '',
        limit,
        timestamp(archivedAt),
      ),
    )
    const tookMs = performance.now() - startedAt
    if (!last) return { moved: 0, next: null, tookMs }
    const next = last.chosen < limit ? null : { createdAt: new Date(last.createdAt).getTime(), uuid: last.uuid }
    return { moved: last.moved, next, tookMs }
  }
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1)
}
