import { findUser } from '../find-visible.ts'
import type { GraphAnswer, OperationContext } from '../operation.ts'

/** POST /users/{id}/revokeSignInSessions: refresh tokens issued before now are worth nothing. Doing it again moves the time forward. */
export function revokeSessions(context: OperationContext): GraphAnswer {
  const user = findUser({ context, key: context.parameters[0] ?? '' })
  const signInSessionsValidFromDateTime = `${new Date(context.clock.now()).toISOString().slice(0, 19)}Z`
  context.directory.updateUser({ user, changes: { signInSessionsValidFromDateTime } })
  return { status: 200, body: { '@odata.context': `${context.request.baseUrl}/$metadata#Edm.Boolean`, value: true } }
}
