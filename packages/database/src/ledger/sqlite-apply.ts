// One transition on SQLite, inside a write transaction. SQLite writes every index anew that holds a column which an UPDATE names, whether its
// value changes or not, and the indexes are most of what a transition costs: so the row is looked at first, and only what differs is named.
import type { RunEvent, Transition } from '@rollcall/engine'
import type { SqliteConnection } from '../sqlite/connection.ts'
import { clipped, EVENT_COLUMNS, rowOfEvent } from './run-row.ts'

/** The indexed columns that most transitions leave as they are. */
const SELDOM_CHANGED = ['status', 'errorCode', 'liveKey'] as const
const ALWAYS_WRITTEN = [
  ...['state', 'completion', 'version', 'attempt', 'dueAt', 'resultObject', 'pollingUuid', 'lastOperationStatus', 'errorMessage'],
  ...['stateSince', 'updatedAt'],
]

const SELECT_STANDING = `SELECT rowid, ${SELDOM_CHANGED.join(', ')} FROM AzureDataSync
WHERE uuid = ? AND version = ? AND attempt = COALESCE(?, attempt)`

export const INSERT_EVENT = `INSERT INTO ObjectHistory (${EVENT_COLUMNS.join(', ')}) VALUES (${EVENT_COLUMNS.map(() => '?').join(', ')})`

/** What a transition writes, made ready before the file is taken. */
export interface PreparedTransition {
  readonly transition: Transition
  readonly values: readonly (string | number | null)[]
  readonly events: readonly ReturnType<typeof eventValues>[]
}

export function prepareTransition(transition: Transition): PreparedTransition {
  const { attempt, completion, dueAt, lastOperationStatus, pollingUuid, state, stateSince, updatedAt, version } = transition
  const result = JSON.stringify(transition.result)
  const message = clipped(transition.errorMessage)
  return {
    transition,
    values: [state, completion, version, attempt, dueAt, result, pollingUuid, lastOperationStatus, message, stateSince, updatedAt],
    events: transition.events.map(eventValues),
  }
}

/** Only within a write transaction: nobody else changes the row between the look and the write. Answers whether the version still stood. */
export function applyPrepared(connection: SqliteConnection, { transition, values, events }: PreparedTransition): boolean {
  const { uuid, expectedVersion, expectedAttempt } = transition
  const standing = connection.prepare(SELECT_STANDING).get(uuid, expectedVersion, expectedAttempt)
  if (standing?.rowid == null) return false
  const changed = SELDOM_CHANGED.filter((column) => standing[column] !== transition[column])
  connection
    .prepare(updateOf({ changed, ends: transition.dueAt === null }))
    .run(...values, ...changed.map((column) => transition[column]), standing.rowid)
  const insert = connection.prepare(INSERT_EVENT)
  for (const event of events) insert.run(...event)
  return true
}

/** Whoever ends is no longer counted among the open runs of his school. Live ones keep what stands, so that the index is left alone. */
const CLOSED = 'openScopeId = NULL'

const updates = new Map<string, string>()

function updateOf({ changed, ends }: { readonly changed: readonly string[]; readonly ends: boolean }): string {
  const key = `${changed.join()}${ends}`
  const known = updates.get(key)
  if (known !== undefined) return known
  const assignments = [...[...ALWAYS_WRITTEN, ...changed].map((column) => `${column} = ?`), ...(ends ? [CLOSED] : [])]
  const sql = `UPDATE AzureDataSync SET ${assignments.join(', ')} WHERE rowid = ?`
  updates.set(key, sql)
  return sql
}

export function eventValues(event: RunEvent) {
  const row = rowOfEvent(event, (ms) => ms)
  return EVENT_COLUMNS.map((column) => row[column])
}
