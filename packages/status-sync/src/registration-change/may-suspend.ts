import type { EpochMs } from '@rollcall/engine'
import type { OrganisationAccounts } from '../ports/organisation-accounts.ts'
import { limitOf } from '../rules/blast-radius.ts'
import type { PushSettings } from './push-settings.ts'

/** Over which suspensions by pushes are counted. */
export const PUSH_WINDOW_MS = 3_600_000

/**
 * Whether a push may suspend one account more. Asked outside the transaction that suspends: workers that ask at the same moment may go beyond the
 * limit by one account each.
 */
export async function maySuspend({
  accounts,
  settings: { limitMinimum: minimum, limitPercent: percent },
  now,
}: {
  readonly accounts: Pick<OrganisationAccounts, 'pushedSuspensions' | 'count'>
  readonly settings: PushSettings
  readonly now: EpochMs
}): Promise<boolean> {
  const since = now - PUSH_WINDOW_MS
  // On most days it ends here, without counting all accounts.
  if ((await accounts.pushedSuspensions({ since, atMost: minimum })) < minimum) return true
  const limit = limitOf({ accounts: await accounts.count(), policy: { minimum, percent } })
  return (await accounts.pushedSuspensions({ since, atMost: limit })) < limit
}
