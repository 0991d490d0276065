import { engineErrors, type Run, type RunQueries } from '@rollcall/engine'
import { z } from 'zod'
import { type Caller, maySee } from '../auth/access.ts'
import { refusal } from '../problems/problem.ts'

export const RunParams = z.object({ uuid: z.uuid().toLowerCase().meta({ description: "The run's uuid." }) })

/** @throws ProblemError RUN_NOT_FOUND, also for a run that the caller may not see */
export async function findRun({
  uuid,
  caller,
  queries,
}: {
  readonly uuid: string
  readonly caller: Caller
  readonly queries: Pick<RunQueries, 'find'>
}): Promise<Run> {
  const run = await queries.find(uuid)
  if (!run || !maySee(caller, run)) throw refusal(engineErrors.RUN_NOT_FOUND)
  return run
}
