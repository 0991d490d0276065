/** Reads a Retry-After header: seconds or an HTTP date. @returns milliseconds; null for no header or an unreadable one */
export function parseRetryAfter({ header, now }: { readonly header: string | null; readonly now: number }): number | null {
  if (header === null || header.trim() === '') return null
  const seconds = Number(header)
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1_000
  return Number.isFinite(ms) ? Math.max(0, Math.ceil(ms)) : null
}
