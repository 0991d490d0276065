import type { EpochMs } from '@rollcall/engine'
import type { AccountChange } from '../ports/organisation-accounts.ts'
import type { OrganisationAccount, StatusSource } from './account.ts'
import { auditOfChange, type SyncType } from './audit-of-change.ts'
import type { StatusDecision } from './decide-status.ts'

/** A decision to update as what the store applies, with its audit row. Who set a status, and why, stays noted while the status itself does. */
export function accountChangeOf({
  account,
  decision: { change, reasonCode },
  source,
  ...written
}: {
  readonly account: OrganisationAccount
  readonly decision: Extract<StatusDecision, { action: 'update' }>
  readonly source: Extract<StatusSource, 'registration_sync' | 'realtime'>
  readonly syncType: SyncType
  /** Of the audit row. */
  readonly id: string
  readonly at: EpochMs
  readonly actor: string
  readonly runUuid: string
}): AccountChange {
  const { userId, statusVersion } = account
  const provenance =
    change.accountStatus === account.accountStatus
      ? { statusSource: account.statusSource, statusReason: account.statusReason }
      : { statusSource: source, statusReason: reasonCode }
  const audit = auditOfChange({ account, change, reasonCode, ...written })
  return { userId, expectedVersion: statusVersion, ...change, ...provenance, at: written.at, audit }
}
