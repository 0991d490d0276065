import { randomFillSync, randomInt } from 'node:crypto'
import { v7 } from 'uuid'
import type { Clock } from './clock.ts'

/** Leaves room to count upwards within one millisecond. */
const SEQUENCE_START_BELOW = 2 ** 30
const ID_BYTES = 16
/** One call for so many ids: asking the system's source for each took longer than all the rest of making it. */
const IDS_PER_FILL = 256

/** Makes UUIDv7s that sort in the order in which this process made them, even within a millisecond or when the clock is set back. */
export function createIds(clock: Clock): () => string {
  const dice = createDice()
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
    return v7({ msecs, seq, random: dice() })
  }
}

/** Random bytes of an id, each handed out once. */
function createDice(): () => Uint8Array {
  const pool = new Uint8Array(ID_BYTES * IDS_PER_FILL)
  let at = pool.length
  return () => {
    if (at === pool.length) {
      randomFillSync(pool)
      at = 0
    }
    at += ID_BYTES
    return pool.subarray(at - ID_BYTES, at)
  }
}
