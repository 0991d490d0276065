// When to try again and when to look again: pure arithmetic over a row's policies, without clock or dice of its own.
import { type Duration, durationMs } from './duration.ts'

/** Exponential back-off with full jitter over failed tries. */
export interface RetryPolicy {
  /** Failed tries until the state is given up, the first one included. */
  readonly attempts: number
  readonly first: Duration
  /** @defaultValue 2 */
  readonly factor?: number
  readonly max: Duration
}

/** When to look again, counted from the entry into the state, so that nothing is forgotten with Redis. */
export type PollPolicy = GrowingPoll | LadderPoll

export interface GrowingPoll {
  readonly first: Duration
  readonly factor: number
  readonly max: Duration
  readonly giveUpAfter: Duration
}

/** Looks after each of these pauses; the last one repeats. */
export interface LadderPoll {
  readonly pauses: readonly [Duration, ...Duration[]]
  readonly giveUpAfter: Duration
}

/** Policies that most tables need. A table may write its own instead. */
export const retryPolicies = {
  /** Our own SQL: short faults, cheap tries. */
  database: { attempts: 8, first: '250ms', max: '1m' },
  /** Writes to an outside system. */
  externalWrites: { attempts: 7, first: '2s', factor: 3, max: '5m' },
} as const satisfies Record<string, RetryPolicy>

/** How a state looks for its signal. Whoever sends one wakes the job, so these looks are for those that Redis lost. */
export function signalLooks(deadline: Duration): PollPolicy {
  return { first: '30s', factor: 2, max: '10m', giveUpAfter: deadline }
}

/** What a state without a policy of its own follows. */
export const DEFAULT_RETRY: RetryPolicy = retryPolicies.externalWrites

/**
 * The pause before the next try.
 * @param failedTries those so far, this one included
 * @param random in [0, 1)
 * @returns milliseconds, or null once the tries are used up
 */
export function retryDelayMs(policy: RetryPolicy, failedTries: number, random: number): number | null {
  if (failedTries >= policy.attempts) return null
  const ceiling = Math.min(durationMs(policy.max), durationMs(policy.first) * (policy.factor ?? 2) ** (failedTries - 1))
  return Math.ceil(ceiling * random)
}

/** The pause before the first look, in milliseconds. */
export function firstLookMs(policy: PollPolicy): number {
  return durationMs('pauses' in policy ? policy.pauses[0] : policy.first)
}

/**
 * The pause before the next look.
 * @param elapsedMs since the run entered the state
 * @returns whole milliseconds, at least 1, or null once it has waited long enough
 */
export function nextLookMs(policy: PollPolicy, elapsedMs: number): number | null {
  const giveUpAfterMs = durationMs(policy.giveUpAfter)
  if (elapsedMs >= giveUpAfterMs) return null
  const upcoming = nextPlannedLook(policy, elapsedMs)
  return Math.ceil(Math.min(upcoming, giveUpAfterMs) - elapsedMs)
}

/**
 * The pause before the next look where the handler named one: no look is later than the time to give up, nor at once.
 * @param askedMs as the handler said; anything that is no time follows the plan
 * @returns whole milliseconds, at least 1, or null once it has waited long enough
 */
export function askedLookMs(policy: PollPolicy, elapsedMs: number, askedMs: number): number | null {
  const planned = nextLookMs(policy, elapsedMs)
  if (planned === null || !Number.isFinite(askedMs)) return planned
  return Math.min(Math.max(1, Math.ceil(askedMs)), durationMs(policy.giveUpAfter) - elapsedMs)
}

/** The first planned look after `elapsedMs`, on the same axis. */
function nextPlannedLook(policy: PollPolicy, elapsedMs: number): number {
  let look = 0
  for (let taken = 0; look <= elapsedMs; taken += 1) {
    const pause = pauseMs(policy, taken)
    // Once the pauses no longer grow, the rest is a division instead of thousands of additions.
    if (pause === pauseMs(policy, taken + 1) && look + pause <= elapsedMs) look += pause * Math.floor((elapsedMs - look) / pause)
    else look += pause
  }
  return look
}

function pauseMs(policy: PollPolicy, taken: number): number {
  if ('pauses' in policy) return durationMs(policy.pauses[Math.min(taken, policy.pauses.length - 1)] ?? policy.pauses[0])
  return Math.min(durationMs(policy.max), durationMs(policy.first) * policy.factor ** taken)
}
