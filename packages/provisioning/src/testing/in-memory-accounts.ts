import { TerminalError, type Transaction, TransientError } from '@rollcall/engine'
import { provisioningErrors } from '../errors.ts'
import type { AccountStore, AccountToPersist, Reservation, UsernameReservations } from '../ports/account-store.ts'
import type { Sealer } from '../ports/sealer.ts'

export interface InMemoryReservations extends UsernameReservations {
  /** Every name that was ever given, with whose it is or was. */
  readonly names: ReadonlyMap<string, string>
  /** As if the password had been handed out now. */
  erasePassword(owner: { readonly personId: string; readonly kind: string }): void
}

export function createInMemoryReservations({ now = Date.now }: { readonly now?: () => number } = {}): InMemoryReservations {
  const names = new Map<string, string>()
  const current = new Map<string, Omit<Reservation, 'formerNames'>>()
  const keyOf = ({ personId, kind }: { readonly personId: string; readonly kind: string }) => `${personId}|${kind}`

  function withFormerNames(reservation: Omit<Reservation, 'formerNames'>): Reservation {
    const taken = new Set([...current.values()].map(({ username }) => username))
    const own = [...names].filter(([name, owner]) => owner.startsWith(`${reservation.personId}|`) && !taken.has(name))
    return { ...reservation, formerNames: own.map(([name]) => name).toReversed() }
  }

  return {
    names,
    erasePassword(owner) {
      const reservation = current.get(keyOf(owner))
      if (reservation) current.set(keyOf(owner), { ...reservation, sealedPassword: null, erasedAt: now() })
    },
    async find(owner) {
      const reservation = current.get(keyOf(owner))
      return reservation ? withFormerNames(reservation) : null
    },
    async reserve({ personId, kind, candidates, replacing, renewing = false, sealedPassword }) {
      const owner = keyOf({ personId, kind })
      const standing = current.get(owner)
      const fresh = { sealedPassword, sealedAt: now(), erasedAt: null }
      const isGone = standing?.sealedPassword === null
      if (standing && standing.username !== replacing) {
        const kept = isGone && renewing ? { ...standing, ...fresh } : standing
        current.set(owner, kept)
        return withFormerNames(kept)
      }
      const username = candidates.find((candidate) => !names.has(candidate))
      if (username === undefined) return null
      names.set(username, owner)
      const reservation = { personId, kind, ...(standing && !isGone ? standing : fresh), username }
      current.set(owner, reservation)
      return withFormerNames(reservation)
    },
    async release(_tx, { personId, kind, username }) {
      const owner = keyOf({ personId, kind })
      if (current.get(owner)?.username !== username) throw new TerminalError(provisioningErrors.RESERVATION_IN_USE)
      current.delete(owner)
    },
  }
}

export interface InMemoryAccounts extends AccountStore {
  readonly live: () => readonly AccountToPersist[]
  /** The next call of `persist` throws this. */
  failNextPersist(error: Error): void
}

export function createInMemoryAccounts(): InMemoryAccounts {
  const byPerson = new Map<string, AccountToPersist>()
  const failures: Error[] = []

  return {
    failNextPersist: (error) => void failures.push(error),
    live: () => [...byPerson.values()],
    async findLive(personIds) {
      return personIds
        .map((personId) => byPerson.get(personId))
        .filter((account) => account !== undefined)
        .map(({ sysUserId, personId, username, enrollmentStatus }) => ({ sysUserId, personId, username, enrollmentStatus }))
    },
    async persist(_tx: Transaction, account) {
      const failure = failures.shift()
      if (failure) throw failure
      const others = [...byPerson.values()].filter((one) => (one.personId === account.personId) !== (one.username === account.username))
      if (others.length > 0) throw new TerminalError(provisioningErrors.ACCOUNT_BELONGS_TO_ANOTHER)
      const standing = byPerson.get(account.personId)
      if (standing && standing.sysUserId !== account.sysUserId) throw new TransientError(provisioningErrors.USER_STANDS_ALREADY)
      byPerson.set(account.personId, account)
    },
    async setEnrollmentStatus(_tx, { personId, status }) {
      const account = byPerson.get(personId)
      if (account) byPerson.set(personId, { ...account, enrollmentStatus: status })
    },
  }
}

/** Binds a secret to its context without hiding it: enough to see that nothing is opened as somebody else's. */
export function createTransparentSealer(): Sealer {
  return {
    seal: ({ plain, context }) => `${context}#${plain}`,
    open({ sealed, context }) {
      if (!sealed.startsWith(`${context}#`)) throw new Error('The secret was sealed in another context.')
      return sealed.slice(context.length + 1)
    },
  }
}
