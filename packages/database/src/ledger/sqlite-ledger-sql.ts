import { LIVE_STATUSES, type Run } from '@rollcall/engine'
import { rowOfAudit } from '../audit-log.ts'
import type { SqliteConnection } from '../sqlite/connection.ts'
import { HOLDER_COLUMNS, holdersByKey, inLockOrder, type LedgerSql } from './ledger-sql.ts'
import { EVENT_COLUMNS, RUN_COLUMNS, type RunRow, rowOfNewRun, rowOfRequest, runOfRow } from './run-row.ts'
import { applyPrepared, eventValues, INSERT_EVENT, prepareTransition } from './sqlite-apply.ts'
import { sqliteWithin } from './sqlite-within.ts'

const SELECT_RUN = `SELECT ${RUN_COLUMNS.join(', ')} FROM AzureDataSync WHERE uuid = ?`

const EVENT_VALUES = EVENT_COLUMNS.map(() => '?').join(', ')
const INSERT_EVENT_ONCE = `INSERT INTO ObjectHistory (${EVENT_COLUMNS.join(', ')}) SELECT ${EVENT_VALUES}
WHERE NOT EXISTS (SELECT 1 FROM ObjectHistory WHERE runUuid = ? AND version = ? AND errorCode IS ?)`

const INSERT_REQUEST = 'INSERT INTO Request (caller, key, bodyHash, groupUuid, items, createdAt, expiresAt) VALUES (?, ?, ?, ?, ?, ?, ?)'
const INSERT_AUDIT = `INSERT INTO AuditLog (id, at, actor, action, targetType, targetId, reason, details) VALUES (${'?, '.repeat(7)}?)`
const FIND_HOLDER = `SELECT ${HOLDER_COLUMNS.join(', ')} FROM AzureDataSync WHERE liveKey = ?`
const INSERT_RUN = `INSERT INTO AzureDataSync
  (uuid, groupUuid, process, type, state, status, version, attempt, dueAt, inputArgs, resultObject, liveKey, naturalKey, priority,
   subjectId, subjectName, scopeId, openScopeId, requestedBy, createdAt, updatedAt, stateSince)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// A run that came while the resource was closed has waited from then on only; one that came after is not concerned.
const SHIFT_STATE_SINCE = `UPDATE AzureDataSync SET stateSince = MIN(stateSince, ?) + ?
WHERE process = ? AND state = ? AND stateSince < ? AND status IN (${LIVE_STATUSES.map((status) => `'${status}'`).join(', ')})`

/** Prepared statements per row inside one turn on the connection: in the process, cheaper than one set-based statement. */
export function createSqliteLedgerSql(connection: SqliteConnection): LedgerSql {
  return {
    read: (uuids) =>
      connection.readAside((prepare) => {
        const select = prepare(SELECT_RUN)
        return uuids.flatMap((uuid): Run[] => {
          const row = select.get(uuid)
          return row ? [runOfRow(asRunRow(row))] : []
        })
      }),

    async commit(transitions) {
      const prepared = inLockOrder(transitions).map(prepareTransition)
      return connection.transaction(() => {
        const applied = prepared.filter((one) => applyPrepared(connection, one))
        return new Set(applied.map(({ transition }) => transition.uuid))
      })
    },

    ...sqliteWithin,

    insertAccepted({ groupUuid, request, runs, audit }) {
      const requests = request ? [Object.values(rowOfRequest({ request, groupUuid }, asStored))] : []
      const audits = audit ? [Object.values(rowOfAudit(audit, asStored))] : []
      const rows = runs.map((run) => ({ liveKey: run.liveKey, values: Object.values(rowOfNewRun(run, asStored)) }))
      return connection.transaction(() => {
        for (const values of requests) connection.prepare(INSERT_REQUEST).run(...values)
        for (const values of audits) connection.prepare(INSERT_AUDIT).run(...values)
        const findHolder = connection.prepare(FIND_HOLDER)
        const insert = connection.prepare(INSERT_RUN)
        const holders: object[] = []
        for (const { liveKey, values } of rows) {
          const holder = findHolder.get(liveKey)
          if (holder) holders.push(holder)
          else insert.run(...values)
        }
        return holdersByKey(holders)
      })
    },

    append: (event, { once }) =>
      connection.inTurn(() => {
        if (once) connection.prepare(INSERT_EVENT_ONCE).run(...eventValues(event), event.runUuid, event.version, event.errorCode)
        else connection.prepare(INSERT_EVENT).run(...eventValues(event))
      }),

    shiftStateSince: ({ states, closedAt, byMs }) =>
      connection.transaction(() => {
        const shift = connection.prepare(SHIFT_STATE_SINCE)
        for (const { process, state } of states) shift.run(closedAt, byMs, process, state, closedAt + byMs)
      }),
  }
}

/** Times are stored as the engine has them. */
const asStored = (ms: number) => ms

/** The statement selects exactly the columns of `RunRow`. */
function asRunRow(row: object): RunRow {
  return row as RunRow
}
