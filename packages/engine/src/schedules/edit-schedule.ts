import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../clock.ts'
import { engineErrors, TerminalError } from '../errors.ts'
import type { Order } from '../operations/cancel-run.ts'
import type { ScheduleDefinition } from './define-schedule.ts'
import { findDefinition } from './find-definition.ts'
import { changesOf, dueAfterChange } from './schedule-change.ts'
import type { Schedule, Schedules } from './schedules.ts'
import { changeSettings, type SettingValues } from './settings.ts'
import { settingsByName } from './settings-by-name.ts'

const MAX_RACES = 5

export interface EditScheduleDeps {
  readonly schedules: Pick<Schedules, 'find' | 'edit'>
  readonly definitions: readonly ScheduleDefinition[]
  readonly clock: Clock
  readonly newId: () => string
}

export interface ScheduleEdit extends Order {
  readonly name: string
  /** The version that the operator saw; null: whatever stands, as for enabling. */
  readonly expectedVersion: number | null
  /** By setting: `cron`, `timeZone`, `enabled` and the schedule's own. Those left out stay. */
  readonly changes: SettingValues
}

/**
 * Changes settings of a schedule, from now on and for every process; a run that is going keeps those that it began with. Every change leaves
 * an audit row with the values before and after. What stands already changes nothing.
 * @throws TerminalError SCHEDULE_NOT_FOUND, SCHEDULE_CHANGED; ScheduleSettingsError naming every setting that is wrong
 */
export async function editSchedule(
  { name, expectedVersion, changes, actor, reason }: ScheduleEdit,
  { schedules, definitions, clock, newId }: EditScheduleDeps,
): Promise<Schedule> {
  const definition = findDefinition(definitions, name)
  for (let race = 1; race <= MAX_RACES; race++) {
    const before = await findStanding(schedules, name)
    if (expectedVersion !== null && before.version !== expectedVersion) break
    const after = changeSettings({ definition, settings: before, changes })
    if (isDeepStrictEqual(settingsByName(after), settingsByName(before))) return before
    const at = clock.now()
    const audit = {
      id: newId(),
      at,
      actor,
      action: actionOf(before.enabled.value, after.enabled.value),
      targetType: 'schedule',
      targetId: name,
      reason,
      details: changesOf(before, after),
    }
    const due = dueAfterChange({ before, after, now: at })
    const edited = await schedules.edit({ ...after, name, expectedVersion: before.version, ...due, at, audit })
    if (edited) return edited
    if (expectedVersion !== null) break
  }
  throw new TerminalError(engineErrors.SCHEDULE_CHANGED)
}

async function findStanding(schedules: Pick<Schedules, 'find'>, name: string): Promise<Schedule> {
  const standing = await schedules.find(name)
  if (standing) return standing
  // The release knows it, and no worker-sync of this release has started yet.
  throw new TerminalError(engineErrors.SCHEDULE_NOT_FOUND, `${name} stands in the database once a worker-sync of this release has started.`)
}

function actionOf(before: boolean, after: boolean): string {
  if (before === after) return 'schedule.edit'
  return after ? 'schedule.enable' : 'schedule.disable'
}

type Switch = Order & { readonly name: string }

/** Lasts: no restart and no release disables it again. @throws TerminalError SCHEDULE_NOT_FOUND, SCHEDULE_CHANGED */
export function enableSchedule(order: Switch, deps: EditScheduleDeps): Promise<Schedule> {
  return editSchedule({ ...order, expectedVersion: null, changes: { enabled: true } }, deps)
}

/** Lasts. A run that is going goes on. @throws TerminalError SCHEDULE_NOT_FOUND, SCHEDULE_CHANGED */
export function disableSchedule(order: Switch, deps: EditScheduleDeps): Promise<Schedule> {
  return editSchedule({ ...order, expectedVersion: null, changes: { enabled: false } }, deps)
}
