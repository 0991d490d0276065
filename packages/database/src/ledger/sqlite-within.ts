// Many runs at once inside a transaction of Prisma's: each of its statements costs more than what it does, so rows travel as JSON, as they do
// to SQL Server.
import type { LedgerSql } from './ledger-sql.ts'
import { clipped, EVENT_COLUMNS, rowOfEvent, rowOfNewRun } from './run-row.ts'

const CHANGED = [
  ...['state', 'status', 'completion', 'version', 'attempt', 'dueAt', 'resultObject', 'pollingUuid', 'lastOperationStatus', 'errorCode'],
  ...['errorMessage', 'liveKey', 'stateSince', 'updatedAt'],
]

const NEW_RUN_COLUMNS = [
  ...['uuid', 'groupUuid', 'process', 'type', 'state', 'status', 'version', 'attempt', 'dueAt', 'inputArgs', 'resultObject', 'liveKey'],
  ...['naturalKey', 'priority', 'subjectId', 'subjectName', 'scopeId', 'openScopeId', 'requestedBy'],
  ...['createdAt', 'updatedAt', 'stateSince'],
]

const field = (name: string) => `j.value ->> '${name}'`
const fields = (names: readonly string[]) => names.map(field).join(', ')

const APPLY = `UPDATE AzureDataSync SET ${CHANGED.map((name) => `${name} = ${field(name)}`).join(', ')},
  openScopeId = CASE WHEN ${field('dueAt')} IS NULL THEN NULL ELSE openScopeId END
FROM json_each(?1) AS j
WHERE uuid = ${field('uuid')} AND version = ${field('expectedVersion')} AND attempt = COALESCE(${field('expectedAttempt')}, attempt)
RETURNING uuid`

const INSERT_EVENTS = `INSERT INTO ObjectHistory (${EVENT_COLUMNS.join(', ')}) SELECT ${fields(EVENT_COLUMNS)} FROM json_each(?1) AS j`

const START = `INSERT INTO AzureDataSync (${NEW_RUN_COLUMNS.join(', ')})
SELECT ${fields(NEW_RUN_COLUMNS)} FROM json_each(?1) AS j
WHERE NOT EXISTS (SELECT 1 FROM AzureDataSync AS r WHERE r.liveKey = ${field('liveKey')})`

export const sqliteWithin: Pick<LedgerSql, 'applyWithin' | 'startWithin'> = {
  async applyWithin(tx, transitions) {
    const changes = transitions.map(({ events, result, errorMessage, ...change }) => ({
      ...change,
      resultObject: JSON.stringify(result),
      errorMessage: clipped(errorMessage),
    }))
    const rows = await tx.$queryRawUnsafe<{ uuid: string }[]>(APPLY, JSON.stringify(changes))
    const applied = new Set(rows.map(({ uuid }) => uuid))
    const events = transitions.flatMap((transition) => (applied.has(transition.uuid) ? transition.events : []))
    if (events.length > 0) await tx.$executeRawUnsafe(INSERT_EVENTS, JSON.stringify(events.map((event) => rowOfEvent(event, (ms) => ms))))
    return applied
  },

  async startWithin(tx, runs) {
    await tx.$executeRawUnsafe(START, JSON.stringify(runs.map((run) => rowOfNewRun(run, (ms) => ms))))
  },
}
