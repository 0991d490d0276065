import { msSetting } from '@rollcall/platform'
import { z } from 'zod'

const CLOCK_TIME = /^([01]\d|2[0-3]):([0-5]\d)$/

/** A time of day, read as minutes after midnight. */
function timeOfDay(standard: string, description: string) {
  return z
    .string()
    .regex(CLOCK_TIME, 'expected a time of day, written HH:MM')
    .default(standard)
    .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))
    .describe(description)
}

/** When worker-sync puts away what is old. */
export const nightlyEnv = {
  NIGHTLY_FROM_UTC: timeOfDay('01:00', 'From when on old rows are archived and deleted, HH:MM in UTC.'),
  NIGHTLY_TO_UTC: timeOfDay('05:00', 'Until when they are; the same time as NIGHTLY_FROM_UTC means all day.'),
  NIGHTLY_EVERY_MS: msSetting({
    standard: 300_000,
    min: 100,
    max: 3_600_000,
    description: 'How often within that time it is looked whether there is something left to put away.',
  }),
}
export type NightlyEnv = z.output<z.ZodObject<typeof nightlyEnv>>
