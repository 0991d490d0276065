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

/** A dead worker's jobs are taken over after at most this and one stalled check. */
export const LOCK_MS = 6_000
export const STALLED_CHECK_MS = 3_000
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
