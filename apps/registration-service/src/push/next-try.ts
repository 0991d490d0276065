import type { EpochMs } from '@rollcall/engine'

const HOUR_MS = 3_600_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = HOUR_MS
/** So long a change is told of; after that the sync has found it many times over. */
const GIVEN_UP_AFTER_MS = 72 * HOUR_MS
/** A receiver that does not take a message will not take it later: those behind it are not to wait for three days. Deploying it may lie between. */
const TRIES_OF_REFUSED = 5

export interface FailedTry {
  readonly createdAt: EpochMs
  /** Tries so far, this one included. */
  readonly attempts: number
  readonly now: EpochMs
  /** From 0 to 1. */
  readonly random: number
  /** What is wrong is the message, says the receiver. */
  readonly isUnacceptable: boolean
  /** As the receiver asked; null where it did not. */
  readonly retryAfterMs: number | null
}

/**
 * Half of an exponential pause is certain, half of it is luck, so that those who failed together do not come back together. It is never shorter than
 * what the receiver asked for, but for more than an hour.
 * @returns null: give up
 */
export function nextTry({ attempts, createdAt, isUnacceptable, now, random, retryAfterMs }: FailedTry): EpochMs | null {
  if (now - createdAt >= GIVEN_UP_AFTER_MS || (isUnacceptable && attempts >= TRIES_OF_REFUSED)) return null
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 30))
  return now + Math.max(Math.round(pauseMs * (0.5 + random / 2)), askedPauseMs(retryAfterMs))
}

/** However long a receiver asks us to wait. */
export function askedPauseMs(retryAfterMs: number | null): number {
  return Math.min(LONGEST_PAUSE_MS, retryAfterMs ?? 0)
}
