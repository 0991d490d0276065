import type { ScheduleSettings, Setting } from './schedules.ts'

/** All settings of a schedule side by side, as they are stored. */
export function settingsByName({ cron, timeZone, enabled, settings }: ScheduleSettings): Readonly<Record<string, Setting>> {
  return { cron, timeZone, enabled, ...settings }
}

/** The opposite: the three common ones stand among what `settingsByName` made, with the values that their checks let pass. */
export function settingsOfNames(byName: Readonly<Record<string, Setting>>): ScheduleSettings {
  const { cron, timeZone, enabled, ...settings } = byName
  return { cron, timeZone, enabled, settings } as ScheduleSettings
}
