import { TerminalError } from '@rollcall/engine'
import { provisioningErrors, type Reservation, type UsernameReservations } from '@rollcall/provisioning'
import { parseJson } from '../ledger/run-row.ts'
import { msOrNull } from '../time.ts'

/** What each database does in SQL of its own. */
export type ReservingSql = Pick<UsernameReservations, 'find' | 'reserve'>

/** The unique key under which a person's current username of a kind stands. */
export function ownerKey({ personId, kind }: Pick<Reservation, 'personId' | 'kind'>): string {
  return `${personId}|${kind}`
}

/** How many of a person's former names are told: more than a few were taken by others, and there is nothing of ours under them. */
export const FORMER_NAMES = 5

interface ReservationRow extends Pick<Reservation, 'username' | 'sealedPassword'> {
  readonly sealedAt: number | Date | null
  readonly erasedAt: number | Date | null
  /** JSON: a list of names, or of objects that have one; SQL Server answers null for none. */
  readonly formerNames: string | null
}

/** The row is one that was selected as (username, sealedPassword, sealedAt, erasedAt, formerNames). */
export function reservationOf({ personId, kind, row }: Pick<Reservation, 'personId' | 'kind'> & { row: object }): Reservation {
  const { username, sealedPassword, sealedAt, erasedAt, formerNames } = row as ReservationRow
  const former = parseJson<readonly (string | { readonly username: string })[]>(formerNames ?? '[]')
  return {
    ...{ personId, kind, username, sealedPassword, sealedAt: msOrNull(sealedAt), erasedAt: msOrNull(erasedAt) },
    formerNames: former.map((one) => (typeof one === 'string' ? one : one.username)),
  }
}

/**
 * The same for whoever is about to make an account under it.
 * @throws TerminalError ACCOUNT_EXISTS where the person has a live user under another name; OTHER_ACCOUNT_UNFINISHED where an older
 * reservation of another kind never led to a user, so that an account may stand under it in the directory
 */
export function onlyReservationOf(selected: Parameters<typeof reservationOf>[0]): Reservation {
  const { hasOther, hasUnfinished } = selected.row as { readonly hasOther: number; readonly hasUnfinished: number }
  if (hasUnfinished === 1) throw new TerminalError(provisioningErrors.OTHER_ACCOUNT_UNFINISHED)
  if (hasOther === 1) throw new TerminalError(provisioningErrors.ACCOUNT_EXISTS)
  return reservationOf(selected)
}
