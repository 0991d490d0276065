/** What we wait where Graph throttles without saying how long: a fifteenth of its 150 s write window. */
export const RETRY_AFTER_DEFAULT_MS = 10_000

const SHORTEST_MS = 1_000
/** Nothing Graph documents is longer than minutes; a broken header must not close the line for days. */
const LONGEST_MS = 3_600_000

/** Reads a Retry-After header: seconds or an HTTP date. @returns 1 s to 1 h in milliseconds; null for no header or an unreadable one */
export function parseRetryAfter({ header, now }: { readonly header: string | null; readonly now: number }): number | null {
  if (header === null || header.trim() === '') return null
  const seconds = Number(header)
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1_000
  if (!Number.isFinite(ms)) return null
  return Math.min(Math.max(Math.ceil(ms), SHORTEST_MS), LONGEST_MS)
}
