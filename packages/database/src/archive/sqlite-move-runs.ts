import type { RunCursor } from '@rollcall/engine'
import { EVENT_COLUMNS } from '../ledger/run-row.ts'
import type { SqliteConnection } from '../sqlite/connection.ts'
import { KEPT_COLUMNS } from './columns.ts'
import type { MoveRuns } from './move-runs.ts'

const CANDIDATES = `SELECT createdAt, uuid FROM AzureDataSync
WHERE status = ?1 AND (createdAt, uuid) > (?4, ?5) AND createdAt < ?2 AND updatedAt < ?2 AND process <> ?3
ORDER BY createdAt, uuid LIMIT ?6`

const THESE = '(SELECT value FROM json_each(?1))'
const RUNS = KEPT_COLUMNS.join(', ')
const EVENTS = EVENT_COLUMNS.join(', ')
const COPY_RUNS = `INSERT INTO AzureDataSyncArchived (${RUNS}, archivedAt) SELECT ${RUNS}, ?2 FROM AzureDataSync WHERE uuid IN ${THESE}`
const COPY_EVENTS = `INSERT INTO ObjectHistoryArchived (${EVENTS}) SELECT ${EVENTS} FROM ObjectHistory WHERE runUuid IN ${THESE}`
const DELETE_EVENTS = `DELETE FROM ObjectHistory WHERE runUuid IN ${THESE}`
// Nobody waits for an answer any more, and the history says what was answered.
const DELETE_SIGNALS = `DELETE FROM RunSignal WHERE runUuid IN ${THESE}`
const DELETE_RUNS = `DELETE FROM AzureDataSync WHERE uuid IN ${THESE}`

/** The transaction holds SQLite's write lock from its start: a run that is chosen cannot be replayed before it is gone. */
export function createSqliteMoveRuns(connection: SqliteConnection): MoveRuns {
  return ({ status, endedBefore, exceptProcess, archivedAt, after, limit }) =>
    connection.transaction(() => {
      const startedAt = performance.now()
      const { createdAt, uuid } = after ?? { createdAt: Number.MIN_SAFE_INTEGER, uuid: '' }
      const chosen = connection.prepare(CANDIDATES).all(status, endedBefore, exceptProcess, createdAt, uuid, limit).map(asCursor)
      if (chosen.length > 0) {
        const these = JSON.stringify(chosen.map((run) => run.uuid))
        connection.prepare(COPY_RUNS).run(these, archivedAt)
        connection.prepare(COPY_EVENTS).run(these)
        connection.prepare(DELETE_EVENTS).run(these)
        connection.prepare(DELETE_SIGNALS).run(these)
        connection.prepare(DELETE_RUNS).run(these)
      }
      const next = chosen.length < limit ? null : (chosen.at(-1) ?? null)
      return { moved: chosen.length, next, tookMs: performance.now() - startedAt }
    })
}

/** The statement selects exactly these two columns. */
function asCursor(row: object): RunCursor {
  return row as RunCursor
}
