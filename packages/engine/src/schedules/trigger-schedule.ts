import type { JsonObject } from '../json.ts'
import type { AcceptedRun } from '../ledger.ts'
import { enqueueBegun } from './enqueue-begun.ts'
import { findDefinition } from './find-definition.ts'
import type { FireDeps } from './fire-due.ts'
import { prepareScheduledRun } from './prepare-scheduled-run.ts'
import type { Schedules } from './schedules.ts'
import { changeSettings, firstSettings, readOwn } from './settings.ts'

export interface TriggerDeps extends Omit<FireDeps, 'schedules' | 'sqlNow'> {
  readonly schedules: Pick<Schedules, 'find' | 'begin'>
}

export interface TriggerOrder {
  readonly name: string
  readonly requestedBy: string
  readonly reason: string
  /** For this run only: settings of the schedule, or what it says to be `overridable`. */
  readonly overrides?: JsonObject
}

export type Triggered =
  | { readonly kind: 'started'; readonly run: AcceptedRun }
  /** A run of the same natural key is going: this one. Nothing was begun. */
  | { readonly kind: 'running'; readonly run: AcceptedRun }

/**
 * Starts a run of a schedule's process now, also while the schedule is disabled; the clock's own ticks go on as they are.
 * @throws TerminalError SCHEDULE_NOT_FOUND; ScheduleSettingsError naming every override that is wrong
 */
export async function triggerSchedule({ name, requestedBy, reason, overrides = {} }: TriggerOrder, deps: TriggerDeps): Promise<Triggered> {
  const { schedules, definitions, clock, newId } = deps
  const definition = findDefinition(definitions, name)
  const standing = (await schedules.find(name)) ?? firstSettings(definition, {})
  const [changes, over] = split(overrides, (field) => Object.hasOwn(definition.settings.shape, field))
  const changed = changeSettings({ definition, settings: standing, changes })
  const settings = readOwn(definition, changed.settings)
  const now = clock.now()
  const occasion = { settings, dueAt: now, trigger: 'manual', requestedBy, reason } as const
  const run = prepareScheduledRun({ definition, occasion, over, now, newId })
  const audit = {
    id: newId(),
    at: now,
    actor: requestedBy,
    action: 'schedule.trigger',
    targetType: 'schedule',
    targetId: name,
    reason,
    details: { run: run.uuid, overrides },
  }
  const accepted = await schedules.begin({ run, audit })
  await enqueueBegun({ run, accepted }, deps)
  return { kind: accepted.inserted ? 'started' : 'running', run: accepted }
}

function split(values: JsonObject, isFirst: (field: string) => boolean): [JsonObject, JsonObject] {
  const entries = Object.entries(values)
  const pick = (wanted: boolean) => Object.fromEntries(entries.filter(([field]) => isFirst(field) === wanted))
  return [pick(true), pick(false)]
}
