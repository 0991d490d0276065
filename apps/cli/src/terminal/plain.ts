/** Everything that moves a cursor, colours or rings: what came from elsewhere must not act on the operator's terminal. */
const ACTS = String.raw`\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069`
const CONTROL = new RegExp(`[${ACTS}]+`, 'gu')
/** A colour that `Terminal.style` gives or takes away, a line break, or what acts on a terminal. */
const OURS_OR_CONTROL = new RegExp(`\\u001b\\[(?:1|2|22|31|32|33|39)m|\\n|[${ACTS}]`, 'gu')

/** A text of somebody else's as one harmless line. */
export function plain(text: string): string {
  return text.replace(CONTROL, ' ')
}

/** Whole lines as they go to the terminal, whatever is in them: of all that acts on it our own colours alone are left. */
export function harmless(lines: string): string {
  return lines.replace(OURS_OR_CONTROL, (found) => (found.length > 1 || found === '\n' ? found : ' '))
}
