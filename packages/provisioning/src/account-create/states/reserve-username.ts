import { type HandlerOf, TerminalError } from '@rollcall/engine'
import { provisioningErrors } from '../../errors.ts'
import type { Reservation, UsernameReservations } from '../../ports/account-store.ts'
import type { Sealer } from '../../ports/sealer.ts'
import { createInitialPassword, passwordContext } from '../../rules/initial-password.ts'
import { isoOrNull } from '../../rules/iso-or-null.ts'
import type { UsernameDigits } from '../../rules/username-digits.ts'
import { usernameCandidates } from '../../rules/usernames.ts'
import type { AccountCreate } from '../process.ts'

/** A thousand teachers of one name, and then somebody should look. */
const ROUNDS = 20

export interface ReserveUsernamePorts {
  readonly reservations: UsernameReservations
  readonly sealer: Sealer
  readonly digits: UsernameDigits
  /** Cryptographically random; for passwords. */
  readonly randomInt: (below: number) => number
}

/**
 * Settles, before the directory is asked, under which name and password the account will be made. Whoever comes later for the same person
 * finds both, so that no failure ever leads to a second account.
 */
export function createReserveUsername({
  reservations,
  sealer,
  digits,
  randomInt,
}: ReserveUsernamePorts): HandlerOf<AccountCreate, 'RESERVE_USERNAME'> {
  return async ({ input, result }) => {
    const { kind, personId } = input
    const context = passwordContext(input)
    const sealedPassword = sealer.seal({ plain: createInitialPassword(randomInt), context })
    const { takenUsername: replacing = null, renew: renewing = false } = result.AWAITING_USER_CREATE ?? {}
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = { ...input, middleName: input.middleName ?? null }
      const candidates = usernameCandidates({ kind, person, round, digits })
      const asked = { personId, kind, candidates, replacing, renewing, sealedPassword }
      const reservation: Reservation | null = await reservations.reserve(asked)
      if (!reservation) continue
      const { username, sealedAt } = reservation
      const isSealedHere = reservation.sealedPassword === sealedPassword
      const isReplacedHere = replacing !== null && replacing === result.RESERVE_USERNAME?.username && replacing !== username
      const untried = (isSealedHere || isReplacedHere) && { untried: true as const }
      return { outcome: 'reserved', received: { username, sealedAt: isoOrNull(sealedAt), ...untried } }
    }
    throw new TerminalError(provisioningErrors.USERNAMES_EXHAUSTED)
  }
}
