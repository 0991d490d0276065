import type { HandlerOf } from '@rollcall/engine'
import type { Sessions } from '../../ports/sessions.ts'
import type { SessionRevocation } from '../process.ts'

export function createRevokeSessions({ sessions }: { readonly sessions: Sessions }): HandlerOf<SessionRevocation, 'REVOKE_SESSIONS'> {
  return async ({ uuid, input: { azureId }, bulk, signal }) => ({
    outcome: await sessions.revoke({ azureId }, { signal, runUuid: uuid, bulk }),
    submitted: { azureId },
  })
}
