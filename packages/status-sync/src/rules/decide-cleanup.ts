import type { EpochMs } from '@rollcall/engine'
import type { RegistrationAnswer } from '../ports/registrations.ts'
import type { OrganisationAccount } from './account.ts'
import type { StatusDecision } from './decide-status.ts'

export interface CleanupPolicy {
  /** How long an account may wait for its registration. */
  readonly abandonedAfterMs: number
}

export const DEFAULT_CLEANUP_POLICY: CleanupPolicy = { abandonedAfterMs: 180 * 24 * 3_600_000 }

/**
 * Whether an account that was never registered is closed. The service is asked first: an account may lack a registration only because nothing was
 * applied to it yet.
 */
export function decideCleanup({
  account,
  answer,
  now,
  policy,
}: {
  readonly account: OrganisationAccount
  readonly answer: RegistrationAnswer
  readonly now: EpochMs
  readonly policy: CleanupPolicy
}): StatusDecision {
  const left = { change: null, seen: null, alert: false } as const
  if (account.accountStatus !== 'pending_registration') return { ...left, action: 'skip', reasonCode: 'NOT_PENDING' }
  if (answer.kind === 'unreadable') return { ...left, action: 'finding', reasonCode: 'REGISTRATION_UNREADABLE', alert: true }
  if (account.registrationNumber || answer.kind !== 'none') return { ...left, action: 'none', reasonCode: 'HAS_REGISTRATION' }
  // It had one, and the service knows nothing of it: the service may have lost it, or may be the wrong one.
  if (account.registrationId !== null || account.organizationStatus !== null)
    return { ...left, action: 'finding', reasonCode: 'REGISTRATION_GONE' }
  // Whoever was sent back to wait, waits since then.
  const waitsSince = Math.max(account.createdAt, account.statusChangedAt)
  if (now - waitsSince < policy.abandonedAfterMs) return { ...left, action: 'none', reasonCode: 'TOO_YOUNG' }
  const kept = {
    organizationStatus: null,
    registrationNumber: null,
    registrationId: null,
    registrationVersion: account.registrationVersion,
  }
  const change = { ...kept, accountStatus: 'closed', revokesSessions: true } as const
  return { action: 'update', reasonCode: 'ABANDONED', change, seen: null, alert: false }
}
