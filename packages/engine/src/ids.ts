import { randomInt } from 'node:crypto'
import { v7 } from 'uuid'
import type { Clock } from './clock.ts'

/** Leaves room to count upwards within one millisecond. */
const SEQUENCE_START_BELOW = 2 ** 30

/** Makes UUIDv7s that sort in the order in which this process made them, even within a millisecond or when the clock is set back. */
export function createIds(clock: Clock): () => string {
  let msecs = Number.NEGATIVE_INFINITY
  let seq = 0
  return () => {
    const now = clock.now()
    if (now > msecs) {
      msecs = now
      seq = randomInt(SEQUENCE_START_BELOW)
    } else {
      seq += 1
    }
    return v7({ msecs, seq })
  }
}
