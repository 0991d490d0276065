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

/** Also of a run that replays others, whoever ordered it. @throws TerminalError ADMIN_ONLY */
export async function assertMayReplay(
  operator: Pick<Operator, 'role'>,
  run: Run,
  deps: MayOrderDeps & { readonly cohorts: Pick<CohortStore, 'count'> },
): Promise<void> {
  assertMayOrder(operator, run, deps)
  if (mayDo(operator, 'administer')) return
  const ofJobs = await runsOfJobsLeft(run, deps)
  if (ofJobs > 0) throw new TerminalError(dashboardErrors.ADMIN_ONLY, `${ofJobs} of the runs that it replays are of jobs.`)
}
