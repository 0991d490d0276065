import type { AuditEntry } from '@rollcall/engine'
import type { OrganisationAccount } from './account.ts'
import type { StatusChange } from './decide-status.ts'
import type { ReasonCode } from './reason-codes.ts'

/** The audit action of every change that the rules made. How often an account changed is counted by it. */
export const STATUS_SYNC_ACTION = 'USER_STATUS_SYNC'
/** The audit's type of what was changed; its id is the userId. */
export const ACCOUNT_TARGET = 'account'

/** What found the difference. The first two are the earlier system's words. */
export type SyncType = 'automated' | 'registration_number_sync' | 'realtime' | 'account_cleanup'

/** The audit row of a change that the rules decided on. */
export function auditOfChange({
  account,
  change,
  reasonCode,
  ...written
}: {
  readonly account: OrganisationAccount
  readonly change: Omit<StatusChange, 'revokesSessions'>
  readonly reasonCode: ReasonCode
  readonly syncType: SyncType
  readonly id: string
  readonly at: number
  readonly actor: string
  /** Of the run that the change is part of. */
  readonly runUuid: string
}): AuditEntry {
  const { id, at, actor, runUuid, syncType } = written
  return {
    ...{ id, at, actor, action: STATUS_SYNC_ACTION, targetType: ACCOUNT_TARGET, targetId: account.userId, reason: reasonCode },
    details: {
      previousStatus: account.accountStatus,
      newStatus: change.accountStatus,
      previousOrganizationStatus: account.organizationStatus,
      newOrganizationStatus: change.organizationStatus,
      registrationNumber: change.registrationNumber,
      registrationStatus: change.organizationStatus,
      registrationNumberAdded: !account.registrationNumber && change.registrationNumber !== null,
      registrationId: change.registrationId,
      registrationVersion: change.registrationVersion,
      ...{ syncType, runUuid },
    },
  }
}
