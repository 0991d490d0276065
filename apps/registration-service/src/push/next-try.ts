import type { EpochMs } from '@rollcall/engine'

const HOUR_MS = 3_600_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = HOUR_MS
/** So long a change is told of; after that the sync has found it many times over. */
const GIVEN_UP_AFTER_MS = 72 * HOUR_MS

export interface FailedTry {
  readonly createdAt: EpochMs
  /** Tries so far, this one included. */
  readonly attempts: number
  readonly now: EpochMs
  /** From 0 to 1. */
  readonly random: number
}

/** Half of an exponential pause is certain, half of it is luck, so that those who failed together do not come back together. @returns null: give up */
export function nextTry({ attempts, createdAt, now, random }: FailedTry): EpochMs | null {
  if (now - createdAt >= GIVEN_UP_AFTER_MS) return null
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 30))
  return now + Math.round(pauseMs * (0.5 + random / 2))
}
