// How many accounts pushes may suspend. What must always hold: it is asked before a push is judged to suspend, and again in the transaction that does,
// which sees what others have committed meanwhile, and counts the pushes that share it. Transactions that are open at the same moment do not see
// each other: each alone keeps to the limit.
import type { EpochMs, Transaction } from '@rollcall/engine'
import type { OrganisationAccounts } from '../ports/organisation-accounts.ts'
import { limitOf } from '../rules/blast-radius.ts'
import type { PushSettings } from './push-settings.ts'

/** Over which suspensions by pushes are counted. */
export const PUSH_WINDOW_MS = 3_600_000

/** While fewer accounts than `limit` were suspended since a time, one more may be. */
export interface SuspensionRoom {
  readonly since: EpochMs
  readonly limit: number
}

/** Null where there is no room. */
export async function findRoom({
  accounts,
  settings: { limitMinimum: minimum, limitPercent: percent },
  now,
}: {
  readonly accounts: Pick<OrganisationAccounts, 'pushedSuspensions' | 'count'>
  readonly settings: PushSettings
  readonly now: EpochMs
}): Promise<SuspensionRoom | null> {
  const since = now - PUSH_WINDOW_MS
  // On most days it ends here, without counting all accounts.
  if ((await accounts.pushedSuspensions({ since, atMost: minimum })) < minimum) return { since, limit: minimum }
  const limit = limitOf({ accounts: await accounts.count(), policy: { minimum, percent } })
  return (await accounts.pushedSuspensions({ since, atMost: limit })) < limit ? { since, limit } : null
}

/** How many pushes have asked in a transaction. They share one where they come together, and all ask before the first of them suspends. */
const asked = new WeakMap<Transaction, number>()

/** Whether there is room still. A push that finds none looks for it once more: there may be more of it than the minimum. */
export async function isRoomLeft({
  accounts,
  room: { since, limit },
  tx,
}: {
  readonly accounts: Pick<OrganisationAccounts, 'pushedSuspensions'>
  readonly room: SuspensionRoom
  readonly tx: Transaction
}): Promise<boolean> {
  const before = asked.get(tx) ?? 0
  asked.set(tx, before + 1)
  return (await accounts.pushedSuspensions({ since, atMost: limit, tx })) + before < limit
}
