// What becomes of an account once its registration was looked up: the one place that knows, for the sync and for the push alike.
// What must always hold: an unknown status changes nothing; neither does a registration that a person's suspension, a closed account or a later
// version stands against; of two registrations, or two owners of a number, none is chosen here; and where an account stays otherwise than its
// registration says at this moment, that is a finding.
import type { RegistrationAnswer } from '../ports/registrations.ts'
import {
  ACCOUNT_STATUSES,
  type AccountStatus,
  holderOf,
  isHandedBack,
  isManual,
  type OrganisationAccount,
  REGISTRATION_STATUSES,
  type Registration,
  type RegistrationStatus,
} from './account.ts'
import type { ReasonCode } from './reason-codes.ts'

export interface StatusPolicy {
  /** Changes of status of one account within the window at most; the next is held. */
  readonly maxChanges: number
  /** Over which `recentChanges` is counted. */
  readonly flapWindowMs: number
}

export const DEFAULT_STATUS_POLICY: StatusPolicy = { maxChanges: 3, flapWindowMs: 24 * 3_600_000 }

export interface StatusQuestion {
  readonly account: OrganisationAccount
  readonly answer: RegistrationAnswer
  /** Under which of the account's keys was asked. */
  readonly by: 'number' | 'userId'
  /**
   * Whether the service was asked after the account had been read, so that its answer cannot lag behind the account unless the service has lost
   * something. False for a push, which may have been long under way, and for an answer that is applied later than it was given.
   */
  readonly askedAfterRead: boolean
  /** How often the rules changed the account's status within the window. */
  readonly recentChanges: number
  /** Who has the registration's number; null while nobody has. */
  readonly numberHolder: string | null
  readonly policy: StatusPolicy
}

/** What the account is to be. */
export interface StatusChange {
  readonly accountStatus: AccountStatus
  readonly organizationStatus: string | null
  readonly registrationNumber: string | null
  readonly registrationId: string | null
  readonly registrationVersion: number | null
  readonly revokesSessions: boolean
}

/** A registration that the account agrees with: older versions of it are stale from now on. */
export type SeenRegistration = Pick<Registration, 'registrationId' | 'version'>

export type StatusDecision =
  | {
      readonly action: 'update'
      readonly reasonCode: ReasonCode
      readonly change: StatusChange
      readonly seen: null
      readonly alert: false
    }
  | {
      /** `skip`: a rule stands against it. `hold`: it is put off. `finding`: a person must look at it. */
      readonly action: 'none' | 'skip' | 'hold' | 'finding'
      readonly reasonCode: ReasonCode
      readonly change: null
      readonly seen: SeenRegistration | null
      readonly alert: boolean
    }

/** What an account is while its registration has this status. */
export const ACCOUNT_STATUS_OF: Readonly<Record<RegistrationStatus, AccountStatus>> = {
  draft: 'pending_registration',
  submitted: 'pending_registration',
  under_review: 'pending_registration',
  clarification: 'pending_registration',
  approved: 'active',
  certified: 'active',
  rejected: 'suspended',
}

const REASON_OF: Readonly<Record<RegistrationStatus, ReasonCode>> = {
  draft: 'MAP_DRAFT',
  submitted: 'MAP_SUBMITTED',
  under_review: 'MAP_UNDER_REVIEW',
  clarification: 'MAP_CLARIFICATION',
  approved: 'MAP_APPROVED',
  certified: 'MAP_CERTIFIED',
  rejected: 'MAP_REJECTED',
}

export function decideStatus(question: StatusQuestion): StatusDecision {
  const { account, answer, by } = question
  if (!ACCOUNT_STATUSES.includes(account.accountStatus)) return leave('finding', 'ACCOUNT_STATUS_UNKNOWN')
  const holder = holderOf(account)
  if (account.accountStatus === 'closed') {
    // Nobody closed it but the clean-up: the user was slow, and is here.
    const isBack = holder === null && (answer.kind === 'found' || answer.kind === 'several')
    return isBack ? leave('finding', 'ACCOUNT_CLOSED_REGISTRATION_FOUND') : leave('skip', 'CLOSED')
  }
  if (holder !== null) return leave('skip', 'MANUAL_HOLD')
  if (answer.kind === 'unreadable') return { ...leave('finding', 'REGISTRATION_UNREADABLE'), alert: true }
  if (answer.kind === 'several') return leave('finding', 'SEVERAL_REGISTRATIONS')
  if (answer.kind === 'none') return by === 'number' ? leave('finding', 'REGISTRATION_GONE') : leave('none', 'NOT_REGISTERED')
  return decideFound(question, answer.registration)
}

function decideFound(question: StatusQuestion, registration: Registration): StatusDecision {
  const { account, policy, recentChanges } = question
  // Only an individual may act for an organisation that somebody else registered.
  if (account.type === 'organization' && registration.userId !== account.userId) return leave('finding', 'OTHER_OWNER')
  const news = newsOf(question, registration)
  if (news === 'older') return question.askedAfterRead ? { ...leave('finding', 'VERSION_WENT_BACK'), alert: true } : leave('skip', 'STALE')
  const { status } = registration
  if (!isKnown(status)) return { ...leave('skip', 'UNKNOWN_STATUS'), alert: true }

  const change = changeTo(account, registration, status)
  if (isEqual(account, change))
    return { ...leave('none', 'UNCHANGED'), seen: { registrationId: registration.registrationId, version: registration.version } }
  // Whoever changed the account since this version was applied knew of it.
  if (news === 'same') return question.askedAfterRead ? differing(account) : leave('skip', 'STALE')
  const numberFinding = findingOfNumber(question, change)
  if (numberFinding) return leave('finding', numberFinding)
  if (change.accountStatus !== account.accountStatus && recentChanges >= policy.maxChanges) return leave('hold', 'FLAPPING')
  return { action: 'update', reasonCode: reasonOf(account, change, status), change, seen: null, alert: false }
}

function leave(action: Exclude<StatusDecision['action'], 'update'>, reasonCode: ReasonCode): StatusDecision & { readonly change: null } {
  return { action, reasonCode, change: null, seen: null, alert: false }
}

/** The version that was applied says something else than the account. A person may have meant that; otherwise a version was used twice. */
function differing({ statusSource }: OrganisationAccount): StatusDecision {
  return isManual(statusSource) ? leave('finding', 'SET_BY_HAND') : { ...leave('finding', 'VERSION_REUSED'), alert: true }
}

/**
 * Versions are compared within one registration only. Where none is noted yet, it is taken for the same one. An account that was handed back
 * takes for news what was applied before, and from the service itself even what is older.
 */
function newsOf({ account, askedAfterRead }: StatusQuestion, registration: Registration): 'newer' | 'same' | 'older' {
  const { registrationId, registrationVersion } = account
  if (registrationVersion === null) return 'newer'
  if (registrationId !== null && registrationId !== registration.registrationId) return 'newer'
  if (registration.version > registrationVersion) return 'newer'
  if (registration.version === registrationVersion) return isHandedBack(account) ? 'newer' : 'same'
  return isHandedBack(account) && askedAfterRead ? 'newer' : 'older'
}

function isKnown(status: string): status is RegistrationStatus {
  const known: readonly string[] = REGISTRATION_STATUSES
  return known.includes(status)
}

/** A draft has no number yet; a number that the account has stays. */
function changeTo(account: OrganisationAccount, registration: Registration, status: RegistrationStatus): StatusChange {
  const accountStatus = ACCOUNT_STATUS_OF[status]
  return {
    accountStatus,
    organizationStatus: status,
    registrationNumber: registration.registrationNumber || account.registrationNumber || null,
    registrationId: registration.registrationId,
    registrationVersion: registration.version,
    revokesSessions: accountStatus === 'suspended' && account.accountStatus !== 'suspended',
  }
}

function isEqual(account: OrganisationAccount, change: StatusChange): boolean {
  return (
    account.accountStatus === change.accountStatus &&
    account.organizationStatus === change.organizationStatus &&
    (account.registrationNumber || null) === change.registrationNumber &&
    (account.registrationId === null || account.registrationId === change.registrationId)
  )
}

function findingOfNumber({ account, numberHolder }: StatusQuestion, change: StatusChange): ReasonCode | null {
  const { registrationNumber, registrationId } = account
  if (change.registrationNumber === (registrationNumber || null)) return null
  if (numberHolder !== null && numberHolder !== account.userId) return 'NUMBER_TAKEN'
  // The same registration may have been renumbered; another one may be anybody's mistake.
  if (registrationNumber && registrationId !== change.registrationId) return 'NUMBER_DIFFERS'
  return null
}

function reasonOf(account: OrganisationAccount, change: StatusChange, status: RegistrationStatus): ReasonCode {
  if (account.accountStatus === 'suspended' && change.accountStatus === 'pending_registration') return 'RESUBMITTED'
  if (account.accountStatus !== change.accountStatus || account.organizationStatus !== status) return REASON_OF[status]
  if ((account.registrationNumber || null) === change.registrationNumber) return 'REGISTRATION_REPLACED'
  return account.registrationNumber ? 'NUMBER_CHANGED' : 'NUMBER_ADDED'
}
