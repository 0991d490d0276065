// Who goes first in a queue: 1 before 2. BullMQ lets a job without a priority overtake all others, so every job has one.
export const LANES = ['interactive', 'normal', 'bulk'] as const
export type Lane = (typeof LANES)[number]

/** Lanes lie this far apart, so that no school's queue reaches into the next lane. */
const LANE_WIDTH = 1_000
/** So many open runs of one school share a step. */
const RUNS_PER_STEP = 20

/** @param ahead how many open runs of the same school stand before this one: those in the ledger and those of the same request */
export function priorityOf({ lane, ahead }: { readonly lane: Lane; readonly ahead: number }): number {
  const step = Math.min(Math.floor(ahead / RUNS_PER_STEP), LANE_WIDTH - 1)
  return 1 + LANES.indexOf(lane) * LANE_WIDTH + step
}

export function laneOf(priority: number): Lane {
  return LANES[Math.floor((priority - 1) / LANE_WIDTH)] ?? 'bulk'
}

export function isBulk(priority: number): boolean {
  return laneOf(priority) === 'bulk'
}
