import type { OrganisationAccount } from '../rules/account.ts'
import type { SessionRevocationInput } from './process.ts'

/**
 * Whether the sessions are to be ended that were begun before the change which asked for it. Not so once the account is in use again by a later
 * change: whoever is signed in now may be. In doubt, and of an account that is gone, they are: to sign in again is a small harm.
 */
export function isStillWanted({
  account,
  statusVersion,
}: {
  readonly account: Pick<OrganisationAccount, 'accountStatus' | 'statusVersion'> | undefined
  readonly statusVersion: SessionRevocationInput['statusVersion']
}): boolean {
  return account?.accountStatus !== 'active' || account.statusVersion <= statusVersion
}
