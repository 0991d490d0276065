import type { ArchivedRun, RunArchive } from '@rollcall/database'
import { engineErrors, type Run, type RunQueries } from '@rollcall/engine'
import { type Caller, refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import { maySee } from '../auth/access.ts'

export const RunParams = z.object({ uuid: z.uuid().toLowerCase().meta({ description: "The run's uuid." }) })

interface Search {
  readonly uuid: string
  readonly caller: Caller
  readonly queries: Pick<RunQueries, 'find'>
  readonly archive: Pick<RunArchive, 'find'>
}

/** In the ledger, else in the archive. @throws ProblemError RUN_NOT_FOUND, also for a run that the caller may not see */
export async function findRun({ uuid, caller, queries, archive }: Search): Promise<Run | ArchivedRun> {
  const run = (await queries.find(uuid)) ?? (await archive.find(uuid))
  if (!run || !maySee(caller, run)) throw refusal(engineErrors.RUN_NOT_FOUND)
  return run
}

/** For whoever is about to change it. @throws ProblemError RUN_NOT_FOUND, RUN_ARCHIVED */
export async function findRunToChange(search: Search): Promise<Run> {
  const run = await findRun(search)
  if (isArchived(run)) throw refusal(engineErrors.RUN_ARCHIVED)
  return run
}

export function isArchived(run: Run | ArchivedRun): run is ArchivedRun {
  return 'archivedAt' in run
}
