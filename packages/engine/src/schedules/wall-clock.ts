// Between the clock on the wall of a time zone and the one time that machines have. A wall time is written as if it were UTC.
import type { EpochMs } from '../run.ts'

const DAY_MS = 86_400_000
const SECOND_MS = 1_000

/** Making one takes longer than a thousand questions to it; there are as many as there are time zones in use. */
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known) return known
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const
  const made = new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23', ...numeric })
  formatters.set(timeZone, made)
  return made
}

/** What the clock on the wall shows, to the second. */
export function wallTimeAt(instant: EpochMs, timeZone: string): number {
  // The zone of nearly all schedules, whose walls need no asking.
  if (timeZone === 'UTC') return Math.floor(instant / SECOND_MS) * SECOND_MS
  const parts = formatterOf(timeZone).formatToParts(instant)
  const [year = 0, month = 1, day, hour, minute, second] = (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).map((type) =>
    Number(parts.find((part) => part.type === type)?.value),
  )
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function offsetAt(instant: EpochMs, timeZone: string): number {
  return wallTimeAt(instant, timeZone) - Math.floor(instant / SECOND_MS) * SECOND_MS
}

/** Whether the wall's clock is neither put forward nor back within a day of a time. No zone does it twice within two days. */
export function isSteady(wall: number, timeZone: string): boolean {
  return offsetAt(wall - DAY_MS, timeZone) === offsetAt(wall + DAY_MS, timeZone)
}

export interface Instants {
  /** When the wall shows this time: once, twice where clocks are put back, never where they are put forward. */
  readonly shown: readonly EpochMs[]
  /** No change of the clock is near. */
  readonly steady: boolean
  /** The first of them; of a time that is left out, so long after the change as it lies behind the hour that is left out. */
  readonly nearest: EpochMs
}

/** @param wall a whole second */
export function instantsOf(wall: number, timeZone: string): Instants {
  const before = offsetAt(wall - DAY_MS, timeZone)
  const after = offsetAt(wall + DAY_MS, timeZone)
  const nearest = wall - before
  if (before === after) return { shown: [nearest], nearest, steady: true }
  const shown = [before, after].filter((offset) => offsetAt(wall - offset, timeZone) === offset).map((offset) => wall - offset)
  const sorted = shown.toSorted((a, b) => a - b)
  return { shown: sorted, nearest: sorted[0] ?? nearest, steady: false }
}
