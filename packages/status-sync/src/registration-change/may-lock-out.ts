// How many accounts pushes may lock out: suspend, or send back to wait although they were active. What must always hold: it is asked before a push is
// judged to do so, and again in the transaction that does, which sees what others have committed meanwhile, and counts the pushes that share it.
// Transactions that lock somebody out come one after the other, so all together keep to the limit; pushes that take nothing from anybody do not wait.
import type { EpochMs, Transaction } from '@rollcall/engine'
import type { LockOut, OrganisationAccounts } from '../ports/organisation-accounts.ts'
import type { OrganisationAccount } from '../rules/account.ts'
import { limitOf } from '../rules/blast-radius.ts'
import type { StatusChange } from '../rules/decide-status.ts'
import type { PushSettings } from './push-settings.ts'

/** Over which accounts are counted that pushes have locked out. */
export const PUSH_WINDOW_MS = 3_600_000

/** While fewer accounts than `limit` were locked out in this way since a time, one more may be. */
export interface Room {
  readonly to: LockOut
  readonly since: EpochMs
  readonly limit: number
}

/** Null where the change takes nothing from its user. */
export function lockOutOf({ accountStatus }: Pick<OrganisationAccount, 'accountStatus'>, change: StatusChange): LockOut | null {
  if (change.revokesSessions) return 'suspended'
  return accountStatus === 'active' && change.accountStatus === 'pending_registration' ? 'pending_registration' : null
}

/** Null where there is no room. */
export async function findRoom({
  accounts,
  to,
  settings: { limitMinimum: minimum, limitPercent: percent },
  now,
}: {
  readonly accounts: Pick<OrganisationAccounts, 'pushedLockOuts' | 'count'>
  readonly to: LockOut
  readonly settings: PushSettings
  readonly now: EpochMs
}): Promise<Room | null> {
  const since = now - PUSH_WINDOW_MS
  // On most days it ends here, without counting all accounts.
  if ((await accounts.pushedLockOuts({ to, since, atMost: minimum })) < minimum) return { to, since, limit: minimum }
  const limit = limitOf({ accounts: await accounts.count(), policy: { minimum, percent } })
  return (await accounts.pushedLockOuts({ to, since, atMost: limit })) < limit ? { to, since, limit } : null
}

/** How many pushes have asked in a transaction. They share one where they come together, and all ask before the first of them locks out. */
const asked = new WeakMap<Transaction, Map<LockOut, number>>()

/** Whether there is room still. A push that finds none looks for it once more: there may be more of it than the minimum. */
export async function isRoomLeft({
  accounts,
  room: { to, since, limit },
  tx,
}: {
  readonly accounts: Pick<OrganisationAccounts, 'pushedLockOuts'>
  readonly room: Room
  readonly tx: Transaction
}): Promise<boolean> {
  const inThis = asked.get(tx) ?? new Map<LockOut, number>()
  asked.set(tx, inThis)
  const before = inThis.get(to) ?? 0
  inThis.set(to, before + 1)
  return (await accounts.pushedLockOuts({ to, since, atMost: limit, tx })) + before < limit
}
