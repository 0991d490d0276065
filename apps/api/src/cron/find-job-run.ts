import type { ArchivedRun } from '@rollcall/database'
import { engineErrors, type Run, type ScheduleDefinition, scheduleOfProcess } from '@rollcall/engine'
import { refusal } from '@rollcall/platform/http'
import { statusSyncErrors } from '@rollcall/status-sync'
import { isArchived } from '../runs/find-run.ts'
import type { CronDeps } from './cron-deps.ts'
import type { FoundRun } from './sync-run-view.ts'

type FindDeps = Pick<CronDeps, 'queries' | 'archive' | 'scheduleDefinitions'>

export interface JobRunFound {
  readonly run: Run | ArchivedRun
  readonly definition: ScheduleDefinition
}

/** A run of one of the jobs, in the ledger or else in the archive. @throws ProblemError SYNC_RUN_NOT_FOUND, for other runs as well */
export async function findJobRun(uuid: string, { queries, archive, scheduleDefinitions }: FindDeps): Promise<JobRunFound> {
  const run = (await queries.find(uuid)) ?? (await archive.find(uuid))
  const definition = run && scheduleOfProcess(scheduleDefinitions, run.process)
  if (!run || !definition) throw refusal(statusSyncErrors.SYNC_RUN_NOT_FOUND)
  return { run, definition }
}

/** For whoever is about to change it. @throws ProblemError SYNC_RUN_NOT_FOUND, RUN_ENDED, RUN_ARCHIVED */
export async function findGoingJobRun(uuid: string, deps: FindDeps): Promise<{ run: Run; definition: ScheduleDefinition }> {
  const { run, definition } = await findJobRun(uuid, deps)
  if (isArchived(run)) throw refusal(engineErrors.RUN_ARCHIVED)
  if (run.dueAt === null) throw refusal(engineErrors.RUN_ENDED)
  return { run, definition }
}

/** The run that is going; null where none is. */
export async function findGoingRun(definition: ScheduleDefinition, { jobReads }: Pick<CronDeps, 'jobReads'>): Promise<Run | null> {
  return (await jobReads.goingRuns([definition.process.name]))[0] ?? null
}

/** With all that its view is made of. */
export async function readWhole(
  { run, definition }: JobRunFound,
  { syncRuns, queries, archive }: Pick<CronDeps, 'syncRuns' | 'queries' | 'archive'>,
): Promise<FoundRun> {
  const { uuid } = run
  const [sync, history] = await Promise.all([syncRuns.find(uuid), isArchived(run) ? archive.history(uuid) : queries.history(uuid)])
  return { run, definition, sync: sync ?? undefined, history }
}
