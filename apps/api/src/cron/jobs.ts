// The jobs are the schedules of the status sync, under the names that the earlier system gave them.
import { engineErrors, type ProcessDefinition, type ScheduleDefinition } from '@rollcall/engine'
import { refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import { Reason } from '../runs/order.ts'

export const JobParams = z.object({
  job: z
    .string()
    .min(1)
    .max(60)
    .meta({ description: 'The name of a job.', examples: ['userStatusSync'] }),
})

/** The earlier system's calls had no body: a call on one of its paths that says no reason is recorded with this one. */
const NONE_GIVEN = 'none given'

/** A body that may be left out altogether. */
export const SeedOrder = z
  .strictObject({ reason: Reason.optional() })
  .nullish()
  .meta({ id: 'JobOrder', description: 'May be left out; the reason is then recorded as "none given".' })

export function reasonOf(body: { readonly reason?: string | undefined } | null | undefined): string {
  return body?.reason ?? NONE_GIVEN
}

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

/** The signals that the states of a job's runs wait for. */
export const RESUME = 'resume'
export const APPROVAL = 'approval'

/** Which signal a run waits for where it stands; null where for none. */
export function awaitedSignal(process: ProcessDefinition, state: string): string | null {
  return process.states[state]?.signal?.name ?? null
}

/** A run that ends within seconds has no state to rest in. */
export function canPause(process: ProcessDefinition): boolean {
  return Object.values(process.states).some(({ signal }) => signal?.name === RESUME)
}
