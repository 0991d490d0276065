import type { HandlerOf } from '@rollcall/engine'
import type { OrganisationAccounts } from '../../ports/organisation-accounts.ts'
import type { Sessions } from '../../ports/sessions.ts'
import { isStillWanted } from '../is-still-wanted.ts'
import type { SessionRevocation } from '../process.ts'

export interface RevokeSessionsPorts {
  readonly sessions: Sessions
  readonly accounts: Pick<OrganisationAccounts, 'read'>
}

/** The account is looked at again in every try: one may come hours after the change, where the directory was away. */
export function createRevokeSessions({ sessions, accounts }: RevokeSessionsPorts): HandlerOf<SessionRevocation, 'REVOKE_SESSIONS'> {
  return async ({ uuid, input: { azureId, statusVersion, userId }, bulk, signal }) => {
    const [account] = await accounts.read([userId])
    if (!isStillWanted({ account, statusVersion })) return { outcome: 'activeAgain' }
    return { outcome: await sessions.revoke({ azureId }, { signal, runUuid: uuid, bulk }), submitted: { azureId } }
  }
}
