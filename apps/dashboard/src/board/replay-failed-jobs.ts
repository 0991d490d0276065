import { CodedError, TerminalError } from '@rollcall/engine'
import type { Job, Queue } from 'bullmq'
import type { Operator } from '../auth/operator.ts'
import { dashboardErrors } from '../problems/dashboard-errors.ts'
import type { RunOperations } from '../runs/replay-stored.ts'
import { dropReplayedJob, replayJob } from './replay-job.ts'

export const MOST_AT_ONCE = 500
/** Each is a transaction of its own. */
const TOGETHER = 10

export interface ReplayedJob {
  readonly jobId: string
  readonly runUuid: string
  /** Null: its run was replayed. */
  readonly refusal: CodedError | null
}

/**
 * Replays the runs of all failed jobs of a queue, each for itself.
 * @throws TerminalError TOO_MANY_FAILED_JOBS, and then none is replayed; whatever is nobody's refusal, e.g. LEDGER_UNAVAILABLE
 */
export async function replayFailedJobs(
  { queue, operator }: { readonly queue: Queue; readonly operator: Operator },
  deps: RunOperations,
): Promise<ReplayedJob[]> {
  const { failed = 0 } = await queue.getJobCounts('failed')
  if (failed > MOST_AT_ONCE) {
    const [process, state] = queue.name.split('.')
    const command = `pnpm rollcall replay --process ${process} --state ${state} --reason "…"`
    throw new TerminalError(dashboardErrors.TOO_MANY_FAILED_JOBS, `There are ${failed}, and ${MOST_AT_ONCE} at most. Use: ${command}`)
  }
  const jobs = await queue.getFailed(0, MOST_AT_ONCE - 1)
  const outcomes: ReplayedJob[] = []
  for (let at = 0; at < jobs.length; at += TOGETHER) {
    outcomes.push(...(await Promise.all(jobs.slice(at, at + TOGETHER).map((job) => tryOne({ queue, job, operator }, deps)))))
  }
  return outcomes
}

async function tryOne(
  { queue, job, operator }: { readonly queue: Queue; readonly job: Job; readonly operator: Operator },
  deps: RunOperations,
): Promise<ReplayedJob> {
  const which = { jobId: job.id ?? '', runUuid: String(job.data.uuid) }
  try {
    await replayJob({ job, operator }, deps)
  } catch (error) {
    if (!(error instanceof CodedError) || error.errorCode.httpStatus >= 500) throw error
    return { ...which, refusal: error }
  }
  await dropReplayedJob({ queue, job }, deps)
  return { ...which, refusal: null }
}

/** One line for all of them: how many, and the reasons with their counts. */
export function summaryOf(outcomes: readonly ReplayedJob[]): string {
  const refusals = outcomes.flatMap(({ refusal }) => refusal?.errorCode ?? [])
  const reasons = [...Map.groupBy(refusals, ({ code }) => code)].map(([code, some]) => `${some.length} × ${code}: ${some[0]?.sentence}`)
  return [`${outcomes.length - refusals.length} of ${outcomes.length} were replayed.`, ...reasons].join(' ')
}
