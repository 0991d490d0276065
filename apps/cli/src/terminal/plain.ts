/** Everything that moves a cursor, colours or rings: what came from elsewhere must not act on the operator's terminal. */
const CONTROL = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu

/** A text of somebody else's as one harmless line. */
export function plain(text: string): string {
  return text.replace(CONTROL, ' ')
}
