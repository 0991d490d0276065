// Runs of jobs belong to whoever administers the jobs, at whichever address they are ordered about. Which processes those are is what the schedules say.
import { type Run, type ScheduleDefinition, scheduleOfProcess } from '@rollcall/engine'
import { type CohortStore, runsOfJobsLeft } from '@rollcall/operations'
import { type Caller, refusal } from '@rollcall/platform/http'
import { apiErrors } from '../problems/api-errors.ts'
import { ACCESS, roleOf } from './access.ts'

interface Asked {
  readonly caller: Caller
  /** The name of the process that the run is of. */
  readonly process: string
  readonly scheduleDefinitions: readonly ScheduleDefinition[]
}

/** @throws ProblemError FORBIDDEN, for the run of a job where the caller does not administer jobs */
export function assertMayOrder({ caller, process, scheduleDefinitions }: Asked): void {
  const job = scheduleOfProcess(scheduleDefinitions, process)
  if (!job || mayAdminister(caller)) return
  throw refusal(apiErrors.FORBIDDEN, { detail: `It is a run of the job ${job.name}. ${whatItNeeds(caller)}` })
}

interface Replayed {
  readonly caller: Caller
  readonly run: Run
  readonly scheduleDefinitions: readonly ScheduleDefinition[]
  readonly cohorts: Pick<CohortStore, 'count'>
}

/** Also of a run that replays others, whoever ordered it. @throws ProblemError FORBIDDEN */
export async function assertMayReplay({ caller, run, scheduleDefinitions, cohorts }: Replayed): Promise<void> {
  assertMayOrder({ caller, process: run.process, scheduleDefinitions })
  if (mayAdminister(caller)) return
  const ofJobs = await runsOfJobsLeft(run, { cohorts, scheduleDefinitions })
  if (ofJobs > 0)
    throw refusal(apiErrors.FORBIDDEN, { detail: `${ofJobs} of the runs that it replays are of jobs. ${whatItNeeds(caller)}` })
}

export function mayAdminister(caller: Caller): boolean {
  const role = roleOf(caller)
  return ACCESS.administer.some((one) => one === role)
}

export function whatItNeeds({ role }: Pick<Caller, 'role'>): string {
  return `Your role is ${role}; this needs ${ACCESS.administer.join(' or ')}.`
}
