import type { z } from 'zod'
import type { JsonObject } from '../json.ts'
import { prepareRun } from '../prepare-run.ts'
import { priorityOf } from '../priority.ts'
import type { EpochMs, NewRun } from '../run.ts'
import type { Occasion, ScheduleDefinition } from './define-schedule.ts'
import { ScheduleSettingsError } from './setting-faults.ts'

/**
 * Makes the run that a tick or an order begins.
 * @param over laid over the input where the definition says that it may be; the process's schema then checks it
 * @throws ScheduleSettingsError if the process does not take the input
 */
export function prepareScheduledRun({
  definition,
  occasion,
  over = {},
  now,
  newId,
}: {
  readonly definition: ScheduleDefinition
  readonly occasion: Occasion<JsonObject>
  readonly over?: JsonObject
  readonly now: EpochMs
  readonly newId: () => string
}): NewRun {
  const { process, lane = 'normal' } = definition
  assertOverridable(definition, over)
  const made = inputOf(definition, occasion)
  const parsed = process.input.safeParse({ ...made, ...over })
  if (!parsed.success) throw new ScheduleSettingsError(faultsOf(parsed.error))
  const priority = priorityOf({ lane, ahead: 0 })
  return prepareRun({ process, input: parsed.data, groupUuid: newId(), requestedBy: occasion.requestedBy, priority, now, newId })
}

/** What a run says of who ordered it, when and why is as the audit row says it. */
function assertOverridable({ name, overridable = [] }: ScheduleDefinition, over: JsonObject): void {
  const others = Object.keys(over).filter((field) => !overridable.includes(field))
  if (others.length === 0) return
  throw new ScheduleSettingsError(others.map((setting) => ({ setting, message: `${name} knows no such setting or input` })))
}

/** The occasion's settings were made by the schedule's own schema. */
function inputOf({ inputOf: make }: ScheduleDefinition, occasion: Occasion<JsonObject>): object {
  return make(occasion as Occasion<never>) as object
}

function faultsOf(error: z.ZodError) {
  return error.issues.map(({ path, message }) => ({ setting: path.length === 0 ? 'input' : path.join('.'), message }))
}
