import { createHash } from 'node:crypto'
import { defineProcess, retryPolicies } from '@rollcall/engine'
import { z } from 'zod'

/** A column of the ledger. A user id alone may fill it. */
const SUBJECT_MOST = 64

export const SessionRevocationInput = z.object({
  userId: z.string(),
  /** The user's object id in the directory. */
  azureId: z.string(),
  /** That of the account after the change that ends the sessions. */
  statusVersion: z.int(),
})
export type SessionRevocationInput = z.infer<typeof SessionRevocationInput>

/** Ends the sessions of a user whose account may not be used any more. It is begun in the transaction that suspends the account. */
export const sessionRevocation = defineProcess({
  name: 'session-revocation',
  input: SessionRevocationInput,
  correctable: false,
  // Each suspension ends what was begun before it: a run that is just being done for an earlier one may have come too early.
  about: ({ userId, statusVersion }) => ({
    type: 'REVOKE_SESSIONS',
    subjectId: subjectOf({ userId, statusVersion }),
    subjectName: null,
    scopeId: userId,
  }),
  start: 'REVOKE_SESSIONS',
  states: {
    REVOKE_SESSIONS: {
      worker: 'create',
      operation: 'REVOKED_SESSIONS',
      resource: 'graph',
      retry: { ...retryPolicies.externalWrites, attempts: 30 },
      // `activeAgain`: by the time that it came to it, the account was in use again, and its user was let be.
      next: { revoked: 'COMPLETED', noSuchUser: 'COMPLETED', activeAgain: 'COMPLETED' },
      partial: ['noSuchUser', 'activeAgain'],
    },
  },
})

export type SessionRevocation = typeof sessionRevocation

/** One per suspension; readable wherever it fits. */
function subjectOf({ userId, statusVersion }: Pick<SessionRevocationInput, 'userId' | 'statusVersion'>): string {
  const readable = `${userId}/${statusVersion}`
  if (readable.length <= SUBJECT_MOST) return readable
  return `${createHash('sha256').update(userId).digest('base64url')}/${statusVersion}`
}
