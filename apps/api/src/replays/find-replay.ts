import type { Run, RunQueries } from '@rollcall/engine'
import { replayCohort } from '@rollcall/operations'
import { refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import { apiErrors } from '../problems/api-errors.ts'

export const ReplayParams = z.object({ uuid: z.uuid().toLowerCase().meta({ description: "The order's uuid." }) })

/** The run that carries the order out. @throws ProblemError REPLAY_NOT_FOUND */
export async function findReplay({ uuid, queries }: { readonly uuid: string; readonly queries: Pick<RunQueries, 'find'> }): Promise<Run> {
  const run = await queries.find(uuid)
  if (run?.process !== replayCohort.name) throw refusal(apiErrors.REPLAY_NOT_FOUND)
  return run
}
