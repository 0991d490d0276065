// Whose account stands under a name that we reserved. Asked before one is made, and before its name is given up.
import type { DirectoryAccount } from '../ports/directory.ts'

/** Far longer than replicas usually take. */
const MARKER_LAG_MS = 120_000

/**
 * @param waitedMs since we first looked. The marker may come to a replica later than the account: without one it is nobody's for a while, and
 * only then somebody else's
 */
export function whoseAccount({
  found: { marker },
  personId,
  waitedMs,
}: {
  readonly found: Pick<DirectoryAccount, 'marker'>
  readonly personId: string
  readonly waitedMs: number
}): 'ours' | 'unclear' | 'anothers' {
  if (marker === personId) return 'ours'
  return marker === null && waitedMs < MARKER_LAG_MS ? 'unclear' : 'anothers'
}
