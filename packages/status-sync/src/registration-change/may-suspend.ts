// How many accounts pushes may suspend. What must always hold: it is asked before a push is judged to suspend, and again in the transaction that does,
// which sees what others have committed meanwhile. Transactions that are open at the same moment may go beyond the limit by one account each.
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
  return (await accounts.pushedSuspensions({ since, atMost: limit, tx })) < limit
}
