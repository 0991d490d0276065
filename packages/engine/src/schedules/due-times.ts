// When a schedule fires. cron-parser finds the times on the wall; what the zone's changes of the clock make of them is decided here, since the
// library's own answers there depend on where it was started, and for some expressions it gives up. The rule is that of the old cron: what comes
// in every hour follows time as it passes; what comes at fixed hours comes once, after the change if its time is left out. What must always hold:
// the times that follow a time are the same however one came to it, and each is later than the one before.
import { CronExpressionParser } from 'cron-parser'
import type { EpochMs } from '../run.ts'
import { type CronField, type CronFields, isFault, parseCron } from './parse-cron.ts'
import { ScheduleSettingsError } from './setting-faults.ts'
import { timeZoneFault } from './time-zone-fault.ts'
import { instantsOf, isSteady, wallTimeAt } from './wall-clock.ts'

export interface Cadence {
  readonly cron: string
  readonly timeZone: string
}

/** No change of the clock is longer. */
const CHANGE_MS = 3 * 3_600_000
const HOURS_OF_A_DAY = 24

/**
 * The times at which it fires after `after`, in their order, without end.
 * @throws ScheduleSettingsError
 */
export function* dueTimes({ cron, timeZone }: Cadence, after: EpochMs): Generator<EpochMs, never> {
  const fields = fieldsOf({ cron, timeZone })
  const isEveryHour = fields.hour.values.length === HOURS_OF_A_DAY
  const wallAfter = wallTimeAt(after, timeZone)
  let last = after
  let found: EpochMs[] = []
  for (const wall of wallTimes(fields, isSteady(wallAfter, timeZone) ? wallAfter : wallAfter - CHANGE_MS)) {
    const { shown, nearest, steady } = instantsOf(wall, timeZone)
    found.push(...(isEveryHour ? shown : [nearest]))
    // Around a change later wall times can come earlier; but not by more than that.
    const settledUntil = steady ? nearest : nearest - CHANGE_MS
    const settled = found.filter((time) => time <= settledUntil).toSorted((a, b) => a - b)
    found = found.filter((time) => time > settledUntil)
    for (const time of settled) {
      if (time <= last) continue
      yield time
      last = time
    }
  }
  throw new Error(`${cron} came to an end, which no cron expression does.`)
}

/** @throws ScheduleSettingsError */
export function nextDueAfter(cadence: Cadence, after: EpochMs): EpochMs {
  return dueTimes(cadence, after).next().value
}

/** On a wall that knows no changes. Only plain lists reach the library, so that it reads them as we did. */
function* wallTimes({ minute, hour, dayOfMonth, month, dayOfWeek }: CronFields, after: number): Generator<number> {
  const plain = [minute, hour, dayOfMonth, month, dayOfWeek].map(listOf).join(' ')
  const expression = CronExpressionParser.parse(plain, { currentDate: new Date(after), tz: 'UTC' })
  for (;;) yield expression.next().getTime()
}

function listOf({ any, values }: CronField): string {
  return any ? '*' : values.join(',')
}

function fieldsOf({ cron, timeZone }: Cadence): CronFields {
  const fields = parseCron(cron)
  if (isFault(fields)) throw new ScheduleSettingsError([{ setting: 'cron', message: fields.fault }])
  const fault = timeZoneFault(timeZone)
  if (fault !== null) throw new ScheduleSettingsError([{ setting: 'timeZone', message: fault }])
  return fields
}
