// The port to the schedules in SQL: when each fires next, with which settings, and what became of its ticks. `@rollcall/database` implements it,
// `testing/` in memory. The words: a due time is when a run is to begin; a tick serves one, with those before it that nobody served; a bell rings
// when one has come, a look finds it without a bell. What must always hold:
//   - a tick, the run that it begins and the next due time commit together or not at all, so that no due time is ever served twice;
//   - at most one live run per natural key: a tick that finds one begins nothing, and is recorded as skipped;
//   - a change applies only to the version that was read, and leaves its audit row in the same transaction.
import type { Json } from '../json.ts'
import type { AcceptedRun, AuditEntry } from '../ledger.ts'
import type { EpochMs, NewRun } from '../run.ts'

/** So many ticks in a row that found a run still going are no accident any more. */
export const SKIPS_TO_ALERT = 3

/** Where a value comes from. What an operator set stays; the others follow the release and its environment. */
export type SettingSource = 'default' | 'environment' | 'operator'

export interface Setting<Value extends Json = Json> {
  readonly value: Value
  readonly source: SettingSource
}

export interface ScheduleSettings {
  readonly cron: Setting<string>
  readonly timeZone: Setting<string>
  readonly enabled: Setting<boolean>
  /** The schedule's own. */
  readonly settings: Readonly<Record<string, Setting>>
}

export interface Schedule extends ScheduleSettings {
  readonly name: string
  /** Grows with every change of a setting; ticks leave it alone. */
  readonly version: number
  /** The next tick; null while disabled. */
  readonly nextDueAt: EpochMs | null
  /** Ticks in a row that found a run still going. */
  readonly skippedInRow: number
  readonly createdAt: EpochMs
  /** When and by whom its settings were last changed. */
  readonly updatedAt: EpochMs
  readonly updatedBy: string
}

export interface ScheduleTick {
  readonly schedule: string
  readonly dueAt: EpochMs
  readonly firedAt: EpochMs
  readonly outcome: 'started' | 'skipped'
  /** The run that it began, or that was still going. */
  readonly runUuid: string
  /** Due times before this one that nobody was there to serve: it makes up for them. */
  readonly missed: number
}

export interface NewSchedule extends ScheduleSettings {
  readonly name: string
  readonly nextDueAt: EpochMs | null
  readonly createdAt: EpochMs
  readonly createdBy: string
}

export interface ScheduleChange extends ScheduleSettings {
  readonly name: string
  /** The version that was read; another one now means that somebody else changed it. */
  readonly expectedVersion: number
  /** Left out: as it stands when the change is written, which is not always as it was read, since ticks leave the version alone. */
  readonly nextDueAt?: EpochMs | null
  readonly at: EpochMs
  readonly audit: AuditEntry
}

export interface Advance {
  readonly name: string
  /** As they were read: the tick counts only while both stand. */
  readonly expectedVersion: number
  readonly expectedDueAt: EpochMs
  /** Its time: `expectedDueAt`, or a later one if several have passed. */
  readonly dueAt: EpochMs
  readonly firedAt: EpochMs
  readonly missed: number
  readonly nextDueAt: EpochMs
  /** To begin, unless a live run has its natural key. */
  readonly run: NewRun
}

export type Advanced =
  | { readonly kind: 'ticked'; readonly tick: ScheduleTick; readonly run: AcceptedRun; readonly skippedInRow: number }
  /** The schedule was changed or served by somebody else, or this due time had been served before; no run was begun. */
  | { readonly kind: 'superseded' }

export interface Schedules {
  /** Every schedule that some release has ever declared, by name. */
  list(): Promise<Schedule[]>
  find(name: string): Promise<Schedule | null>
  /** False if it stands already. */
  add(schedule: NewSchedule): Promise<boolean>
  /** @returns the schedule as it now stands; null if its version is another by now, or there is none */
  edit(change: ScheduleChange): Promise<Schedule | null>
  advance(advance: Advance): Promise<Advanced>
  /** Begins a run on an operator's order, with its audit row, unless a live run has its natural key: then that one is answered, and nothing written. */
  begin(order: { readonly run: NewRun; readonly audit: AuditEntry }): Promise<AcceptedRun>
  /** Newest first. @param before the dueAt with which the previous page ended; null for the first */
  ticks(page: { readonly schedule: string; readonly before: EpochMs | null; readonly limit: number }): Promise<ScheduleTick[]>
}
