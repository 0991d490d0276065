// When a schedule fires, computed by cron-parser in the schedule's own time zone.
import { CronExpressionParser } from 'cron-parser'
import type { EpochMs } from '../run.ts'
import { type CronField, isFault, parseCron } from './parse-cron.ts'
import { ScheduleSettingsError } from './setting-faults.ts'
import { timeZoneFault } from './time-zone-fault.ts'

export interface Cadence {
  readonly cron: string
  readonly timeZone: string
}

/**
 * The times at which it fires after `after`, in their order, without end.
 * @throws ScheduleSettingsError
 */
export function* dueTimes({ cron, timeZone }: Cadence, after: EpochMs): Generator<EpochMs, never> {
  const expression = CronExpressionParser.parse(plainCron({ cron, timeZone }), { currentDate: new Date(after), tz: timeZone })
  for (;;) yield expression.next().getTime()
}

/** @throws ScheduleSettingsError */
export function nextDueAfter(cadence: Cadence, after: EpochMs): EpochMs {
  return dueTimes(cadence, after).next().value
}

/**
 * The same expression in plain lists, which the library reads as we did.
 * @throws ScheduleSettingsError
 */
export function plainCron({ cron, timeZone }: Cadence): string {
  const fields = parseCron(cron)
  if (isFault(fields)) throw new ScheduleSettingsError([{ setting: 'cron', message: fields.fault }])
  const fault = timeZoneFault(timeZone)
  if (fault !== null) throw new ScheduleSettingsError([{ setting: 'timeZone', message: fault }])
  const { minute, hour, dayOfMonth, month, dayOfWeek } = fields
  return [minute, hour, dayOfMonth, month, dayOfWeek].map(listOf).join(' ')
}

function listOf({ any, values }: CronField): string {
  return any ? '*' : values.join(',')
}
