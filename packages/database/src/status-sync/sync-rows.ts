// How sync runs and their items cross between the port and their rows.
import type { JsonObject } from '@rollcall/engine'
import type { NewSyncItem, SettledItem, SyncCounters, SyncItem, SyncRun } from '@rollcall/status-sync'
import type { SyncItem as ItemRow, SyncRun as RunRow } from '../../generated/sqlserver/client.ts'
import { msOrNull } from '../time.ts'

export function syncRunOf({ job, trigger, config, counters, startedAt, heartbeatAt, ...run }: RunRow): SyncRun {
  return {
    ...run,
    job: word<SyncRun['job']>(job),
    trigger: word<SyncRun['trigger']>(trigger),
    config: parsed<JsonObject>(config),
    counters: parsed<SyncCounters>(counters),
    startedAt: startedAt.getTime(),
    heartbeatAt: heartbeatAt.getTime(),
  }
}

export function syncItemOf({ runUuid: _, action, outcome, before, after, registration, decidedAt, settledAt, ...item }: ItemRow): SyncItem {
  return {
    ...item,
    action: word<SyncItem['action']>(action),
    before: parsed<JsonObject>(before),
    after: after === null ? null : parsed<JsonObject>(after),
    registration: registration === null ? null : parsed<JsonObject>(registration),
    outcome: word<SyncItem['outcome']>(outcome),
    decidedAt: decidedAt.getTime(),
    settledAt: msOrNull(settledAt),
  }
}

type Time = (ms: number) => number | string

/** @param time how the dialect writes a time */
export function rowOfItem({ before, after, registration, decidedAt, ...item }: NewSyncItem, time: Time) {
  // What is noted needs nobody to apply it.
  const settledAt = item.outcome === 'pending' ? null : time(decidedAt)
  return { ...item, ...jsonColumns({ before, after, registration }), decidedAt: time(decidedAt), settledAt }
}

export function rowOfSettled({ at, redecided, ...item }: SettledItem, time: Time) {
  const anew = redecided ? { ...redecided, ...jsonColumns(redecided) } : { action: null }
  return { ...item, ...anew, settledAt: time(at) }
}

/** JSON is text inside the JSON that it travels in. */
function jsonColumns({ before, after, registration }: Pick<SyncItem, 'before' | 'after' | 'registration'>) {
  return { before: JSON.stringify(before), after: textOrNull(after), registration: textOrNull(registration) }
}

function textOrNull(value: JsonObject | null): string | null {
  return value === null ? null : JSON.stringify(value)
}

/** Only the store of sync runs writes such a column, from the words of the same type. */
function word<Word extends string>(value: string): Word {
  return value as Word
}

/** Only the store of sync runs writes these columns, from the same types. */
function parsed<Value>(text: string): Value {
  return JSON.parse(text) as Value
}
