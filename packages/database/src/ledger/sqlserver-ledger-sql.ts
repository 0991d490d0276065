// The hot path in T-SQL. Every verb is one parameterised batch, sent by Prisma as one request; rows travel as JSON, which has no limit on the
// number of parameters and leaves one plan in the cache whatever the number of rows. LOOP JOIN makes the server seek the few runs that the
// JSON names instead of scanning the table. OPENJSON's strings are declared wide, so that a value too long is refused by its column and
// not cut, and carry the collation of the keys wherever they are compared.
import { LIVE_STATUSES, type RunEvent, type Transition } from '@rollcall/engine'
import { rowOfAudit } from '../audit-log.ts'
import type { PrismaClient, PrismaTransaction } from '../prisma.ts'
import { HOLDER_COLUMNS, holdersByKey, inLockOrder, type LedgerSql } from './ledger-sql.ts'
import { clipped, RUN_COLUMNS, type RunRow, rowOfEvent, rowOfNewRun, rowOfRequest, runOfRow } from './run-row.ts'

const ORDINAL = 'COLLATE Latin1_General_100_BIN2'
const TEXT = 'NVARCHAR(4000)'
const LONG_TEXT = 'NVARCHAR(MAX)'

type Columns = Readonly<Record<string, string>>

/** What a transition writes. */
const CHANGED: Columns = {
  state: TEXT,
  status: TEXT,
  completion: TEXT,
  version: 'INT',
  attempt: 'INT',
  dueAt: 'DATETIME2',
  resultObject: LONG_TEXT,
  pollingUuid: TEXT,
  lastOperationStatus: TEXT,
  errorCode: TEXT,
  errorMessage: TEXT,
  liveKey: TEXT,
  stateSince: 'DATETIME2',
  updatedAt: 'DATETIME2',
}

const EVENT: Columns = {
  runUuid: TEXT,
  id: TEXT,
  createdAt: 'DATETIME2',
  operationType: TEXT,
  status: TEXT,
  state: TEXT,
  version: 'INT',
  attempt: 'INT',
  submittedData: LONG_TEXT,
  receivedData: LONG_TEXT,
  errorCode: TEXT,
  errorMessage: TEXT,
  durationMs: 'INT',
  count: 'INT',
}

const REQUEST: Columns = {
  caller: TEXT,
  key: TEXT,
  bodyHash: TEXT,
  groupUuid: TEXT,
  items: LONG_TEXT,
  createdAt: 'DATETIME2',
  expiresAt: 'DATETIME2',
}

const NEW_RUN: Columns = {
  uuid: TEXT,
  groupUuid: TEXT,
  process: TEXT,
  type: TEXT,
  state: TEXT,
  status: TEXT,
  version: 'INT',
  attempt: 'INT',
  dueAt: 'DATETIME2',
  inputArgs: LONG_TEXT,
  resultObject: LONG_TEXT,
  liveKey: TEXT,
  naturalKey: TEXT,
  priority: 'INT',
  subjectId: TEXT,
  subjectName: TEXT,
  scopeId: TEXT,
  openScopeId: TEXT,
  requestedBy: TEXT,
  createdAt: 'DATETIME2',
  updatedAt: 'DATETIME2',
  stateSince: 'DATETIME2',
}

const AUDIT: Columns = {
  id: TEXT,
  at: 'DATETIME2',
  actor: TEXT,
  action: TEXT,
  targetType: TEXT,
  targetId: TEXT,
  reason: TEXT,
  details: LONG_TEXT,
}

const names = (columns: Columns) => Object.keys(columns)
const list = (columns: readonly string[], alias?: string) => columns.map((name) => (alias ? `${alias}.[${name}]` : `[${name}]`)).join(', ')
const rowsOf = (parameter: string, columns: Columns) =>
  `OPENJSON(${parameter}) WITH (${Object.entries(columns)
    .map(([name, type]) => `[${name}] ${type} '$.${name}'`)
    .join(', ')})`

export const READ_RUNS = `SELECT ${list(RUN_COLUMNS, 'r')}
FROM OPENJSON(@P1) WITH ([uuid] ${TEXT} '$') AS j
INNER LOOP JOIN [dbo].[AzureDataSync] AS r ON r.[uuid] = j.[uuid] ${ORDINAL};`

const APPLY = `UPDATE r
SET ${names(CHANGED)
  .map((name) => `[${name}] = j.[${name}]`)
  .join(', ')},
  [openScopeId] = CASE WHEN j.[dueAt] IS NULL THEN NULL ELSE r.[openScopeId] END
OUTPUT inserted.[uuid] INTO @applied ([uuid])
FROM ${rowsOf('@P1', { uuid: TEXT, expectedVersion: 'INT', expectedAttempt: 'INT', ...CHANGED })} AS j
INNER LOOP JOIN [dbo].[AzureDataSync] AS r ON r.[uuid] = j.[uuid] ${ORDINAL}
WHERE r.[version] = j.[expectedVersion] AND (j.[expectedAttempt] IS NULL OR r.[attempt] = j.[expectedAttempt]);
INSERT INTO [dbo].[ObjectHistory] (${list(names(EVENT))})
SELECT ${list(names(EVENT), 'e')}
FROM ${rowsOf('@P2', EVENT)} AS e
INNER JOIN @applied AS a ON a.[uuid] = e.[runUuid] ${ORDINAL};`

const DECLARE_APPLIED = `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @applied TABLE ([uuid] NVARCHAR(36) ${ORDINAL} NOT NULL PRIMARY KEY);`

export const COMMIT_TRANSITIONS = `${DECLARE_APPLIED}
BEGIN TRANSACTION;
${APPLY}
COMMIT TRANSACTION;
SELECT [uuid] FROM @applied;`

export const APPLY_WITHIN = `${DECLARE_APPLIED}
${APPLY}
SELECT [uuid] FROM @applied;`

// Who takes a key meanwhile makes the insert fail on its index, and the whole transaction with it.
export const START_WITHIN = `INSERT INTO [dbo].[AzureDataSync] (${list(names(NEW_RUN))})
SELECT ${list(names(NEW_RUN), 'j')}
FROM ${rowsOf('@P1', NEW_RUN)} AS j
WHERE NOT EXISTS (SELECT 1 FROM [dbo].[AzureDataSync] AS r WHERE r.[liveKey] = j.[liveKey] ${ORDINAL});`

// Who has a key is read before the inserts: those whose key is taken meanwhile fail on its index, and the whole batch with them.
const insertAccepted = (besides: string) => `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @holders TABLE (
  [uuid] NVARCHAR(36) NOT NULL, [groupUuid] NVARCHAR(36) NOT NULL, [state] NVARCHAR(60) NOT NULL, [status] NVARCHAR(16) NOT NULL,
  [version] INT NOT NULL, [liveKey] NVARCHAR(200) ${ORDINAL} NOT NULL PRIMARY KEY
);
BEGIN TRANSACTION;
INSERT INTO [dbo].[Request] (${list(names(REQUEST))})
SELECT ${list(names(REQUEST), 'q')}
FROM ${rowsOf('@P1', REQUEST)} AS q;
INSERT INTO @holders (${list(HOLDER_COLUMNS)})
SELECT ${list(HOLDER_COLUMNS, 'r')}
FROM ${rowsOf('@P2', { liveKey: TEXT })} AS j
INNER LOOP JOIN [dbo].[AzureDataSync] AS r ON r.[liveKey] = j.[liveKey] ${ORDINAL};
INSERT INTO [dbo].[AzureDataSync] (${list(names(NEW_RUN))})
SELECT ${list(names(NEW_RUN), 'j')}
FROM ${rowsOf('@P2', NEW_RUN)} AS j
WHERE NOT EXISTS (SELECT 1 FROM @holders AS h WHERE h.[liveKey] = j.[liveKey] ${ORDINAL});
${besides}COMMIT TRANSACTION;
SELECT ${list(HOLDER_COLUMNS)} FROM @holders;`

export const INSERT_ACCEPTED = insertAccepted('')

export const INSERT_ACCEPTED_AUDITED = insertAccepted(`INSERT INTO [dbo].[AuditLog] (${list(names(AUDIT))})
SELECT ${list(names(AUDIT), 'a')}
FROM ${rowsOf('@P3', AUDIT)} AS a;
`)

export const APPEND_EVENT = `INSERT INTO [dbo].[ObjectHistory] (${list(names(EVENT))})
SELECT ${list(names(EVENT), 'e')}
FROM ${rowsOf('@P1', EVENT)} AS e`

export const APPEND_EVENT_ONCE = `${APPEND_EVENT}
WHERE NOT EXISTS (
  SELECT 1 FROM [dbo].[ObjectHistory] AS h WITH (UPDLOCK, HOLDLOCK)
  WHERE h.[runUuid] = e.[runUuid] ${ORDINAL} AND h.[version] = e.[version]
    AND (h.[errorCode] = e.[errorCode] ${ORDINAL} OR (h.[errorCode] IS NULL AND e.[errorCode] IS NULL))
)`

// A run that came while the resource was closed has waited from then on only; one that came after is not concerned.
export const SHIFT_STATE_SINCE = `DECLARE @closedAt DATETIME2 = @P2, @reopenedAt DATETIME2 = @P3;
UPDATE r
SET [stateSince] = CASE WHEN r.[stateSince] <= @closedAt THEN DATEADD(MILLISECOND, @P5, DATEADD(SECOND, @P4, r.[stateSince])) ELSE @reopenedAt END
FROM [dbo].[AzureDataSync] AS r
INNER JOIN ${rowsOf('@P1', { process: TEXT, state: TEXT })} AS s ON r.[process] = s.[process] ${ORDINAL} AND r.[state] = s.[state] ${ORDINAL}
WHERE r.[status] IN (${LIVE_STATUSES.map((status) => `N'${status}'`).join(', ')}) AND r.[stateSince] < @reopenedAt;`

export function createSqlServerLedgerSql(prisma: PrismaClient): LedgerSql {
  return {
    async read(uuids) {
      const rows = await prisma.$queryRawUnsafe<RunRow[]>(READ_RUNS, JSON.stringify(uuids))
      return rows.map(runOfRow)
    },

    async commit(transitions) {
      const sorted = inLockOrder(transitions)
      const applied = await prisma.$queryRawUnsafe<{ uuid: string }[]>(COMMIT_TRANSITIONS, ...changeParameters(sorted))
      return new Set(applied.map(({ uuid }) => uuid))
    },

    async applyWithin(tx: PrismaTransaction, transitions) {
      const sorted = inLockOrder(transitions)
      const applied = await tx.$queryRawUnsafe<{ uuid: string }[]>(APPLY_WITHIN, ...changeParameters(sorted))
      return new Set(applied.map(({ uuid }) => uuid))
    },

    async startWithin(tx: PrismaTransaction, runs) {
      await tx.$executeRawUnsafe(START_WITHIN, JSON.stringify(runs.map((run) => rowOfNewRun(run, timestamp))))
    },

    async insertAccepted({ groupUuid, request, runs, audit }) {
      const requests = request ? [rowOfRequest({ request, groupUuid }, timestamp)] : []
      const rows = runs.map((run) => rowOfNewRun(run, timestamp))
      const parameters = [JSON.stringify(requests), JSON.stringify(rows)]
      const holders = audit
        ? await prisma.$queryRawUnsafe<object[]>(INSERT_ACCEPTED_AUDITED, ...parameters, JSON.stringify([rowOfAudit(audit, timestamp)]))
        : await prisma.$queryRawUnsafe<object[]>(INSERT_ACCEPTED, ...parameters)
      return holdersByKey(holders)
    },

    async append(event, { once }) {
      await prisma.$executeRawUnsafe(once ? APPEND_EVENT_ONCE : APPEND_EVENT, JSON.stringify([eventJson(event)]))
    },

    async shiftStateSince({ states, closedAt, byMs }) {
      // DATEADD counts in INT, which holds 24 days of milliseconds.
      const [seconds, milliseconds] = [Math.floor(byMs / 1_000), byMs % 1_000]
      const times = [timestamp(closedAt), timestamp(closedAt + byMs)]
      await prisma.$executeRawUnsafe(SHIFT_STATE_SINCE, JSON.stringify(states), ...times, seconds, milliseconds)
    },
  }
}

function changeParameters(transitions: readonly Transition[]): [string, string] {
  return [JSON.stringify(transitions.map(changeJson)), JSON.stringify(transitions.flatMap(({ events }) => events.map(eventJson)))]
}

function changeJson(transition: Transition) {
  return {
    uuid: transition.uuid,
    expectedVersion: transition.expectedVersion,
    expectedAttempt: transition.expectedAttempt,
    state: transition.state,
    status: transition.status,
    completion: transition.completion,
    version: transition.version,
    attempt: transition.attempt,
    dueAt: transition.dueAt === null ? null : timestamp(transition.dueAt),
    resultObject: JSON.stringify(transition.result),
    pollingUuid: transition.pollingUuid,
    lastOperationStatus: transition.lastOperationStatus,
    errorCode: transition.errorCode,
    errorMessage: clipped(transition.errorMessage),
    liveKey: transition.liveKey,
    stateSince: timestamp(transition.stateSince),
    updatedAt: timestamp(transition.updatedAt),
  }
}

function eventJson(event: RunEvent) {
  return rowOfEvent(event, timestamp)
}

/** UTC without a zone, as DATETIME2 keeps it: 2026-11-22T01:02:03.004 */
function timestamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1)
}
