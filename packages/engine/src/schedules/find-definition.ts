import { engineErrors, TerminalError } from '../errors.ts'
import type { ScheduleDefinition } from './define-schedule.ts'

/** @throws TerminalError SCHEDULE_NOT_FOUND, which lists those that there are */
export function findDefinition(definitions: readonly ScheduleDefinition[], name: string): ScheduleDefinition {
  const found = definitions.find((one) => one.name === name)
  if (found) return found
  const known = definitions.map((one) => one.name).join(', ')
  throw new TerminalError(engineErrors.SCHEDULE_NOT_FOUND, `There are: ${known}.`)
}
