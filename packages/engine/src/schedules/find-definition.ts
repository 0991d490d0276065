import { engineErrors, TerminalError } from '../errors.ts'
import type { ScheduleDefinition } from './define-schedule.ts'

/** @throws TerminalError SCHEDULE_NOT_FOUND, which lists those that there are */
export function findDefinition(definitions: readonly ScheduleDefinition[], name: string): ScheduleDefinition {
  const found = definitions.find((one) => one.name === name)
  if (found) return found
  const known = definitions.map((one) => one.name).join(', ')
  throw new TerminalError(engineErrors.SCHEDULE_NOT_FOUND, `There are: ${known}.`)
}

/** The schedule whose runs are of this process: whoever orders anything about such a run orders about the schedule. */
export function scheduleOfProcess(definitions: readonly ScheduleDefinition[], process: string): ScheduleDefinition | undefined {
  return definitions.find((one) => one.process.name === process)
}
