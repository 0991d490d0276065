// Says in words when a cron expression fires, from the values that it really means: "*/59" is no "every 59 minutes", it is :00 and :59.
import type { EpochMs } from '../run.ts'
import { type Cadence, dueTimes } from './due-times.ts'
import { type CronField, type CronFields, isFault, parseCron } from './parse-cron.ts'

const SHOWN = 5
/** More times of the day than this are told by hours and minutes instead. */
const TIMES_IN_WORDS = 6
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

export interface CronDescription {
  /** `Fires at :00 and :59 of every hour, every day (UTC).` */
  readonly sentence: string
  /** The next five times. */
  readonly next: readonly EpochMs[]
}

/** @throws ScheduleSettingsError */
export function describeCron(cadence: Cadence, now: EpochMs): CronDescription {
  const times = dueTimes(cadence, now)
  const next = Array.from({ length: SHOWN }, () => times.next().value)
  const fields = parseCron(cadence.cron)
  // Unreachable: the times could not have been computed.
  if (isFault(fields)) throw new Error(fields.fault)
  return { sentence: `Fires ${timesOf(fields)}, ${daysOf(fields)} (${cadence.timeZone}).`, next }
}

function timesOf({ hour, minute }: CronFields): string {
  if (minute.any) return hour.any ? 'every minute' : `every minute of ${hoursOf(hour)}`
  if (!hour.any && hour.values.length * minute.values.length <= TIMES_IN_WORDS)
    return `at ${enumerate(hour.values.flatMap((one) => minute.values.map((other) => `${twoDigits(one)}:${twoDigits(other)}`)))}`
  return `at ${enumerate(spans(minute.values, (value) => `:${twoDigits(value)}`))} of ${hour.any ? 'every hour' : hoursOf(hour)}`
}

function hoursOf({ values }: CronField): string {
  return `${values.length === 1 ? 'the hour' : 'the hours'} ${enumerate(spans(values, String))}`
}

function daysOf({ dayOfMonth, dayOfWeek, month }: CronFields): string {
  const months = month.any ? '' : ` in ${enumerate(spans(month.values, (value) => MONTHS[value - 1] ?? ''))}`
  const ofMonth = `on day ${enumerate(spans(dayOfMonth.values, String))} of ${month.any ? 'every month' : 'the month'}`
  const ofWeek = `every ${enumerate(spans(dayOfWeek.values, (value) => DAYS[value] ?? ''))}`
  if (dayOfMonth.any) return `${dayOfWeek.any ? 'every day' : ofWeek}${months}`
  // Cron's own rule, which surprises many: either of the two is enough.
  return `${dayOfWeek.any ? ofMonth : `${ofMonth} and also ${ofWeek}`}${months}`
}

/** Three and more in a row become `a-b`. */
function spans(values: readonly number[], write: (value: number) => string): string[] {
  const runs: number[][] = []
  for (const value of values) {
    const run = runs.at(-1)
    if (run?.at(-1) === value - 1) run.push(value)
    else runs.push([value])
  }
  return runs.flatMap((run) => (run.length < 3 ? run.map(write) : [`${write(run.at(0) ?? 0)}-${write(run.at(-1) ?? 0)}`]))
}

function enumerate(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
