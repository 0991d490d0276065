import { TerminalError } from '@rollcall/engine'
import { provisioningErrors } from '@rollcall/provisioning'
import type { Sessions } from '@rollcall/status-sync'
import { describeRefusal, directoryError } from './directory-error.ts'
import type { Send } from './graph-request.ts'

/**
 * Graph takes it as often as it is asked, and needs a few minutes until it holds. A refusal for lack of rights says nothing about our other calls:
 * it may be about this user alone (an administrator), and no other permission includes User.RevokeSessions.All. So it fails this run, and does
 * not close Graph for the fleet.
 */
export function makeRevokeSessions({ send }: { readonly send: Send }): Sessions['revoke'] {
  return async ({ azureId }, call) => {
    const request = { method: 'POST', route: '/users/{id}/revokeSignInSessions', params: { id: azureId }, purpose: 'update' } as const
    const answer = await send(request, call)
    if (answer.kind === 'success') return 'revoked'
    if (answer.kind === 'refused' && answer.meaning === 'missing') return 'noSuchUser'
    if (answer.kind === 'refused' && answer.meaning === 'forbidden')
      throw new TerminalError(provisioningErrors.DIRECTORY_FORBIDDEN, describeRefusal(answer))
    throw directoryError(answer)
  }
}
