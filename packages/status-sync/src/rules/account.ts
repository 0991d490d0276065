// The words of an organisation's account and of its registration. Closed on our side; open on the other, since the registration service may
// learn new statuses before we do.
import type { EpochMs } from '@rollcall/engine'

export const ACCOUNT_TYPES = ['individual', 'organization', 'admin'] as const
export type AccountType = (typeof ACCOUNT_TYPES)[number]

export const ACCOUNT_STATUSES = ['pending_registration', 'active', 'suspended', 'closed'] as const
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number]

/** Who set an account's status. The last three are people's, and win over any registration. */
export const STATUS_SOURCES = ['registration_sync', 'realtime', 'admin', 'security', 'billing'] as const
export type StatusSource = (typeof STATUS_SOURCES)[number]

export const MANUAL_SOURCES = ['admin', 'security', 'billing'] as const satisfies readonly StatusSource[]
export type ManualSource = (typeof MANUAL_SOURCES)[number]

export function isManual(source: StatusSource): source is ManualSource {
  return MANUAL_SOURCES.some((manual) => manual === source)
}

export const REGISTRATION_STATUSES = ['draft', 'submitted', 'under_review', 'clarification', 'approved', 'rejected', 'certified'] as const
export type RegistrationStatus = (typeof REGISTRATION_STATUSES)[number]

/** The login account of an organisation, as far as its status goes. */
export interface OrganisationAccount {
  readonly userId: string
  readonly type: AccountType
  readonly accountStatus: AccountStatus
  /** The registration's status when it was last applied, as it was sent. */
  readonly organizationStatus: string | null
  readonly registrationNumber: string | null
  readonly statusSource: StatusSource
  readonly statusReason: string
  readonly statusChangedAt: EpochMs
  /** Grows with every change; whoever writes names the one that he read. */
  readonly statusVersion: number
  /** The registration that was last applied. */
  readonly registrationId: string | null
  /** Its version: it, and older ones, say nothing new. Null where nothing was applied or seen yet. */
  readonly registrationVersion: number | null
  /** When it was last compared with its registration, whether they differed or not. */
  readonly lastSyncAt: EpochMs | null
  readonly azureId: string | null
  /** Sessions begun before are not valid any more. */
  readonly sessionsValidFrom: EpochMs | null
  readonly createdAt: EpochMs
}

/** A person has put the account back to where a registration's word decides, even one that is not news otherwise. */
export function isHandedBack({ accountStatus, statusSource }: Pick<OrganisationAccount, 'accountStatus' | 'statusSource'>): boolean {
  return accountStatus === 'pending_registration' && isManual(statusSource)
}

/** Whose hold it is: a status by which a person keeps the user out, whatever his registration says. Null where nobody does. */
export function holderOf({
  accountStatus,
  statusSource,
}: Pick<OrganisationAccount, 'accountStatus' | 'statusSource'>): ManualSource | null {
  const keepsOut = accountStatus === 'suspended' || accountStatus === 'closed'
  return keepsOut && isManual(statusSource) ? statusSource : null
}

/** A registration as the registration service tells it. */
export interface Registration {
  readonly registrationId: string
  /** Null for a draft, or where it was not given yet. */
  readonly registrationNumber: string | null
  readonly userId: string
  /** One of REGISTRATION_STATUSES, or a word that we do not know yet. */
  readonly status: string
  /** Grows with every change. */
  readonly version: number
  readonly updatedAt: EpochMs
}
