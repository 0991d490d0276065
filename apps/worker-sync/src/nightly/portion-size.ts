export const FIRST_SIZE = 100
const SMALLEST = 10
const LARGEST = 1_000
/** A portion that takes less than this share of its time may grow. */
const SHARE_TO_GROW = 1 / 3

/** How large the next portion is, so that none keeps others waiting for longer than it may. */
export function nextSize({
  size,
  tookMs,
  mayTakeMs,
}: {
  readonly size: number
  readonly tookMs: number
  readonly mayTakeMs: number
}): number {
  if (tookMs > mayTakeMs) return Math.max(SMALLEST, Math.floor(size / 2))
  return tookMs < mayTakeMs * SHARE_TO_GROW ? Math.min(LARGEST, size * 2) : size
}
