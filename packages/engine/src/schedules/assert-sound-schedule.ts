import { z } from 'zod'
import { cronFault } from './cron-fault.ts'
import { COMMON_SETTINGS, type ScheduleDefinition } from './define-schedule.ts'
import { timeZoneFault } from './time-zone-fault.ts'

/** The name stands in a column of 60, in an API path and in metrics. */
const NAME = /^[a-zA-Z][a-zA-Z0-9-]{0,59}$/

/** @throws Error naming the schedule and what is wrong with it */
export function assertSoundSchedule({ name, about, defaults, environment = {}, settings }: ScheduleDefinition): void {
  const own = Object.keys(settings.shape)
  const known: readonly string[] = [...COMMON_SETTINGS, ...own]
  const cron = cronFault(defaults.cron)
  const timeZone = timeZoneFault(defaults.timeZone)
  const parsed = settings.safeParse(defaults.settings)
  const faults = [
    ...(NAME.test(name) ? [] : ['its name is to be 1 to 60 letters, digits and hyphens, and to begin with a letter']),
    ...(about.trim() === '' ? ['`about` is empty: say in a sentence what its runs do'] : []),
    ...own.filter((field) => COMMON_SETTINGS.some((common) => common === field)).map((field) => `${field} is a setting of every schedule`),
    ...Object.keys(environment)
      .filter((field) => !known.includes(field))
      .map((field) => `\`environment\` names ${field}, which is no setting of it`),
    ...(cron === null ? [] : [`cron: ${cron}`]),
    ...(timeZone === null ? [] : [`timeZone: ${timeZone}`]),
    ...(parsed.success ? [] : [`its defaults are not what its settings ask for: ${z.prettifyError(parsed.error)}`]),
  ]
  if (faults.length > 0) throw new Error(`Schedule ${name}: ${faults.join('; ')}.`)
}
