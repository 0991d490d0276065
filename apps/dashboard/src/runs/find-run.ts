import type { ArchivedRun, RunArchive } from '@rollcall/database'
import { engineErrors, type Run, type RunQueries, TerminalError } from '@rollcall/engine'

export interface FindRunDeps {
  readonly queries: Pick<RunQueries, 'find'>
  readonly archive: Pick<RunArchive, 'find'>
}

/** In the ledger, else in the archive. @throws TerminalError RUN_NOT_FOUND */
export async function findRun(uuid: string, { queries, archive }: FindRunDeps): Promise<Run | ArchivedRun> {
  const run = (await queries.find(uuid)) ?? (await archive.find(uuid))
  if (!run) throw new TerminalError(engineErrors.RUN_NOT_FOUND)
  return run
}

/** For whoever is about to change it. @throws TerminalError RUN_NOT_FOUND, RUN_ARCHIVED */
export async function findRunToChange(uuid: string, deps: FindRunDeps): Promise<Run> {
  const run = await findRun(uuid, deps)
  if (isArchived(run)) throw new TerminalError(engineErrors.RUN_ARCHIVED)
  return run
}

export function isArchived(run: Run | ArchivedRun): run is ArchivedRun {
  return 'archivedAt' in run
}
