// What a change of a schedule's settings means: for its next due time, and for whoever reads the audit log. Pure.
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../json.ts'
import type { EpochMs } from '../run.ts'
import { nextDueAfter } from './due-times.ts'
import type { Schedule, ScheduleChange, ScheduleSettings } from './schedules.ts'
import { valuesOf } from './settings.ts'
import { settingsByName } from './settings-by-name.ts'

/** @returns null while disabled */
export function nextDueOf({ cron, timeZone, enabled }: ScheduleSettings, now: EpochMs): EpochMs | null {
  return enabled.value ? nextDueAfter({ cron: cron.value, timeZone: timeZone.value }, now) : null
}

/**
 * A due time that has come and was not served yet stays, unless the change is about the times.
 * @returns nothing where the times stay: whoever serves the schedule meanwhile moves the due time on, and it is not to be written back
 */
export function dueAfterChange({
  before,
  after,
  now,
}: {
  readonly before: Schedule
  readonly after: ScheduleSettings
  readonly now: EpochMs
}): Pick<ScheduleChange, 'nextDueAt'> {
  const sameTimes = (['cron', 'timeZone', 'enabled'] as const).every((name) => before[name].value === after[name].value)
  return sameTimes ? {} : { nextDueAt: nextDueOf(after, now) }
}

/** What an audit row tells of a change: only the settings that differ. */
export function changesOf(before: ScheduleSettings, after: ScheduleSettings): JsonObject {
  const [was, is] = [settingsByName(before), settingsByName(after)]
  const differ = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => !isDeepStrictEqual(was[name], is[name]))
  const pick = (from: typeof was) => valuesOf(Object.fromEntries(differ.flatMap((name) => (from[name] ? [[name, from[name]]] : []))))
  return { before: pick(was), after: pick(is) }
}
