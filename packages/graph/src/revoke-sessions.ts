import type { Sessions } from '@rollcall/status-sync'
import { directoryError } from './directory-error.ts'
import type { Send } from './graph-request.ts'

/** Graph takes it as often as it is asked. Needs User.RevokeSessions.All, or a permission that includes it (User.ReadWrite.All). */
export function makeRevokeSessions({ send }: { readonly send: Send }): Sessions['revoke'] {
  return async ({ azureId }, call) => {
    const request = { method: 'POST', route: '/users/{id}/revokeSignInSessions', params: { id: azureId }, purpose: 'update' } as const
    const answer = await send(request, call)
    if (answer.kind === 'success') return 'revoked'
    if (answer.kind === 'refused' && answer.meaning === 'missing') return 'noSuchUser'
    throw directoryError(answer)
  }
}
