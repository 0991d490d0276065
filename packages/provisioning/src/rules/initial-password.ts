// The first password of an account. No letter or digit that is easily mistaken for another, since it may be read from paper.
const LOWER = 'abcdefghijkmnpqrstuvwxyz'
const UPPER = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const DIGITS = '23456789'
const SIGNS = '!#%+=?'
const LENGTH = 14

/** @param randomInt a cryptographically random whole number below the given one */
export function createInitialPassword(randomInt: (below: number) => number): string {
  const pick = (alphabet: string) => alphabet.charAt(randomInt(alphabet.length))
  const all = LOWER + UPPER + DIGITS + SIGNS
  // One of each kind, so that every complexity rule of the directory is met; then shuffled, so that their places say nothing.
  const letters = [LOWER, UPPER, DIGITS, SIGNS, ...Array.from({ length: LENGTH - 4 }, () => all)].map(pick)
  for (let index = letters.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1)
    const moved = letters[index] ?? ''
    letters[index] = letters[other] ?? ''
    letters[other] = moved
  }
  return letters.join('')
}

/** What a sealed password is bound to: it cannot be opened as another person's. */
export function passwordContext({ personId, kind }: { readonly personId: string; readonly kind: string }): string {
  return `initial-password:${kind}:${personId}`
}
