import { type JobData, type Notify, queueUnreachable, type Run, TerminalError } from '@rollcall/engine'
import type { Job, Queue } from 'bullmq'
import type { Operator } from '../auth/operator.ts'
import { dashboardErrors } from '../problems/dashboard-errors.ts'
import { findRunToChange } from '../runs/find-run.ts'
import { type RunOperations, replayStored } from '../runs/replay-stored.ts'

/**
 * Replays the run of a failed job from the state in which it failed, under the operator's name.
 * @throws TerminalError JOB_OUTDATED where the run no longer stands where this job left it; RUN_NOT_FOUND; as `replayRun` does
 */
export async function replayJob(
  { job, operator }: { readonly job: Job<JobData>; readonly operator: Pick<Operator, 'name' | 'role'> },
  deps: RunOperations,
): Promise<Run> {
  const { uuid, version } = job.data
  const run = await findRunToChange(uuid, deps)
  // To fail was the next version of the run. Anything later, and this job tells of the past.
  if (run.status !== 'failed' || run.version !== version + 1) {
    const stands = `It failed as version ${version}; the run is ${run.status} in ${run.state}, version ${run.version}.`
    throw new TerminalError(dashboardErrors.JOB_OUTDATED, stands)
  }
  return replayStored({ run, fromState: null, operator, reason: `retried in Bull Board (job ${job.id})` }, deps)
}

/** The job whose run was replayed has nothing more to say: it goes, as after any other retry. If it cannot, it is outdated and harmless. */
export async function dropReplayedJob(
  { queue, job }: { readonly queue: Queue; readonly job: Pick<Job, 'id'> },
  { notify }: { readonly notify: Notify },
): Promise<void> {
  await queue.remove(job.id ?? '').catch((error: unknown) => notify(queueUnreachable(error, 1)))
}
