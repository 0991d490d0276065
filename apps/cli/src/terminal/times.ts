const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `2026-09-01 08:00:03Z`, from what the API sends. */
export function shownTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`
}

/** `250 ms`, `4 s`, `3 min`, `5 h`, `12 d`: the largest unit that keeps two to three digits. */
export function shownDuration(ms: number): string {
  const size = Math.abs(ms)
  if (size < SECOND) return `${Math.round(ms)} ms`
  if (size < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`
  if (size < 2 * MINUTE) return `${Math.round(ms / SECOND)} s`
  if (size < 2 * HOUR) return `${Math.round(ms / MINUTE)} min`
  if (size < 2 * DAY) return `${Math.round(ms / HOUR)} h`
  return `${Math.round(ms / DAY)} d`
}

/** How long ago that was. */
export function shownAge(iso: string, now: number): string {
  return shownDuration(Math.max(0, now - Date.parse(iso)))
}
