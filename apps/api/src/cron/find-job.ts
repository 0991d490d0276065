import { engineErrors, type ScheduleDefinition } from '@rollcall/engine'
import { refusal } from '@rollcall/platform/http'

/** @throws ProblemError SCHEDULE_NOT_FOUND, which lists those that there are */
export function findJob({
  name,
  definitions,
}: {
  readonly name: string
  readonly definitions: readonly ScheduleDefinition[]
}): ScheduleDefinition {
  const found = definitions.find((one) => one.name === name)
  if (found) return found
  throw refusal(engineErrors.SCHEDULE_NOT_FOUND, { detail: `There are: ${definitions.map((one) => one.name).join(', ')}.` })
}
