// Runs of jobs belong to whoever administers the jobs, also where one order means many runs, and whoever lets such an order go on.
import { isErased, type Run, type ScheduleDefinition, scheduleOfProcess } from '@rollcall/engine'
import type { CohortCount, CohortStore } from '../ports/cohort-store.ts'
import { ReplayCohortInput, replayCohort } from './process.ts'

/** How many of the runs that were counted are runs of jobs. */
export function countRunsOfJobs({ kinds }: Pick<CohortCount, 'kinds'>, scheduleDefinitions: readonly ScheduleDefinition[]): number {
  const ofJobs = kinds.filter(({ process }) => scheduleOfProcess(scheduleDefinitions, process) !== undefined)
  return ofJobs.reduce((sum, { count }) => sum + count, 0)
}

/**
 * How many runs of jobs a run replays once it goes on: none, unless it is a cohort's that may touch them. Those that it has replayed already are not
 * meant any more, nor are those that have changed since it was ordered.
 */
export async function runsOfJobsLeft(
  run: Run,
  {
    cohorts,
    scheduleDefinitions,
  }: { readonly cohorts: Pick<CohortStore, 'count'>; readonly scheduleDefinitions: readonly ScheduleDefinition[] },
): Promise<number> {
  if (run.process !== replayCohort.name || isErased(run)) return 0
  const { filter, asOf, withoutJobs } = ReplayCohortInput.parse(run.input)
  if (withoutJobs === true) return 0
  return countRunsOfJobs(await cohorts.count({ filter, asOf, scopes: 1 }), scheduleDefinitions)
}
