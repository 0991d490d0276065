import type { Clock } from '../clock.ts'
import type { EpochMs } from '../run.ts'

export interface VirtualClock extends Clock {
  moveTo(at: EpochMs): void
}

/** 2026-09-01, 08:00 UTC: the first working day of a school year. */
export const STORY_START: EpochMs = Date.UTC(2026, 8, 1, 8)

export function createVirtualClock(start: EpochMs = STORY_START): VirtualClock {
  let now = start
  return {
    now: () => now,
    moveTo(at) {
      if (at < now) throw new Error(`The clock cannot go back from ${now} to ${at}.`)
      now = at
    },
  }
}
