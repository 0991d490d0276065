// How every queue of the fleet is set up. Producers, workers and the dashboard must agree on these, so they stand once.
import type { JobsOptions } from 'bullmq'

/** Completed jobs are only there to look at; the ledger has the history. */
const COMPLETED_KEPT = 1_000
const FAILED_KEPT = 10_000

export const JOB_OPTIONS = {
  // The ledger counts tries.
  attempts: 1,
  removeOnComplete: { count: COMPLETED_KEPT },
  removeOnFail: { count: FAILED_KEPT },
} as const satisfies JobsOptions

// Who holds a job says so every LOCK_RENEW_MS at the latest; whoever has not for LOCK_MS has lost it, and the second stalled check from then
// on gives it to another. So an event loop may stand still for LOCK_MS less LOCK_RENEW_MS before its jobs are worked twice, and a death is
// made good within LOCK_MS and two checks (at once by `takeOver`, where a process of the same machine starts). Between two checks everybody
// who lives tries to renew, so that he learns that he has lost a job before another has it.
export const LOCK_MS = 5_000
export const LOCK_RENEW_MS = 1_000
/** One short script per queue and check, for the whole fleet. */
export const STALLED_CHECK_MS = 1_500
/** The ledger counts the deaths; BullMQ must not fail a job without calling us. */
export const MAX_STALLED = 10_000

/** One hash tag per queue, so that Redis Cluster keeps all its keys on one node. */
export function queuePrefix(namespace: string, queue: string): string {
  return `{${namespace}:${queue}}`
}

/** The Redis key of one of a queue's structures, as BullMQ names them. */
export function queueKey({ namespace, queue, part }: { namespace: string; queue: string; part: string }): string {
  return `${queuePrefix(namespace, queue)}:${queue}:${part}`
}
