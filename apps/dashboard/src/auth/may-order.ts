// Runs of jobs belong to whoever administers the jobs. Which processes those are is what the schedules say.
import { type Run, type ScheduleDefinition, scheduleOfProcess, TerminalError } from '@rollcall/engine'
import { type CohortStore, runsOfJobsLeft } from '@rollcall/operations'
import { dashboardErrors } from '../problems/dashboard-errors.ts'
import { mayDo, type Operator } from './operator.ts'

export interface MayOrderDeps {
  readonly scheduleDefinitions: readonly ScheduleDefinition[]
}

/** Whether this operator may replay and cancel this run. */
export function mayOrder(
  operator: Pick<Operator, 'role'>,
  { process }: Pick<Run, 'process'>,
  { scheduleDefinitions }: MayOrderDeps,
): boolean {
  return mayDo(operator, scheduleOfProcess(scheduleDefinitions, process) ? 'administer' : 'operate')
}

/** @throws TerminalError ADMIN_ONLY */
export function assertMayOrder(operator: Pick<Operator, 'role'>, run: Pick<Run, 'process'>, deps: MayOrderDeps): void {
  if (!mayOrder(operator, run, deps)) throw new TerminalError(dashboardErrors.ADMIN_ONLY, `It is a run of ${run.process}.`)
}

export interface MayReplayDeps extends MayOrderDeps {
  readonly cohorts: Pick<CohortStore, 'count'>
}

/** Whether this operator may replay a run that he may order about: one that replays others may still mean runs of jobs. */
export async function mayReplay(operator: Pick<Operator, 'role'>, run: Run, deps: MayReplayDeps): Promise<boolean> {
  return (await runsOutOfReach(operator, run, deps)) === 0
}

/** Also of a run that replays others, whoever ordered it. @throws TerminalError ADMIN_ONLY */
export async function assertMayReplay(operator: Pick<Operator, 'role'>, run: Run, deps: MayReplayDeps): Promise<void> {
  assertMayOrder(operator, run, deps)
  const ofJobs = await runsOutOfReach(operator, run, deps)
  if (ofJobs > 0) throw new TerminalError(dashboardErrors.ADMIN_ONLY, `${ofJobs} of the runs that it replays are of jobs.`)
}

/** How many runs of jobs it replays that this operator may not replay. */
async function runsOutOfReach(operator: Pick<Operator, 'role'>, run: Run, deps: MayReplayDeps): Promise<number> {
  return mayDo(operator, 'administer') ? 0 : runsOfJobsLeft(run, deps)
}
