/** A name as it is searched for: one spelling of letters, lower case, single spaces. */
export function normaliseName(parts: readonly string[]): string {
  return parts.join(' ').normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim()
}
