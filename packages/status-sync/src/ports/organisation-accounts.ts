import type { AuditEntry, EpochMs, Transaction } from '@rollcall/engine'
import type { AccountStatus, AccountType, OrganisationAccount, StatusSource } from '../rules/account.ts'
import type { SeenRegistration } from '../rules/decide-status.ts'

/** Which accounts a job looks at. */
export type AccountSelection =
  /** With a registration number, or of the type organization; not closed. */
  | { readonly kind: 'withRegistration' }
  /** Of the type organization, without a registration number; not closed. */
  | { readonly kind: 'withoutNumber' }
  /** pending_registration, without a registration number, made before a time. */
  | { readonly kind: 'abandoned'; readonly createdBefore: EpochMs }

/** The columns that a change sets; the others stay. */
export interface AccountChange {
  readonly userId: string
  /** The change applies only while this version stands. */
  readonly expectedVersion: number
  readonly accountStatus: AccountStatus
  readonly organizationStatus: string | null
  readonly registrationNumber: string | null
  readonly registrationId: string | null
  /** A change that knows less than what was seen of the same registration meanwhile comes too late, unless the account was handed back. */
  readonly registrationVersion: number | null
  readonly statusSource: StatusSource
  readonly statusReason: string
  readonly at: EpochMs
  /** Sessions begun before `at` end with the change. */
  readonly revokesSessions: boolean
  /** Written with the change, and only with it. */
  readonly audit: AuditEntry
}

export interface NewAccount {
  readonly userId: string
  readonly type: AccountType
  readonly email: string | null
  readonly organizationName: string | null
  readonly registrationNumber: string | null
  readonly azureId: string | null
  readonly createdAt: EpochMs
}

/** An account that was compared with its registration, whatever came of it. */
export interface VerifiedAccount {
  readonly userId: string
  /** That was compared. */
  readonly statusVersion: number
  /**
   * From the decision: while the account's version stands, that of the registration is noted where it is newer, so that what was said before it
   * comes too late from then on.
   */
  readonly seen: SeenRegistration | null
}

/** Applied; the version is another by now; or the registration number belongs to another account. */
export type ChangeOutcome = 'applied' | 'changed' | 'numberTaken'

/** The accounts whose status follows a registration. Their versions decide who wins; nothing is overwritten that was not read. */
/** The statuses to which only so many accounts may be brought by pushes. */
export type LockOut = Extract<AccountStatus, 'suspended' | 'pending_registration'>

export interface OrganisationAccounts {
  /** By userId. One statement. @param after where the previous page ended */
  page(page: {
    readonly selection: AccountSelection
    readonly after: string | null
    readonly limit: number
  }): Promise<OrganisationAccount[]>

  /** Those that exist, in any order. One statement. */
  read(userIds: readonly string[]): Promise<OrganisationAccount[]>

  /** Whose these registration numbers are; those that nobody has are missing. One statement. */
  holdersOf(registrationNumbers: readonly string[]): Promise<ReadonlyMap<string, string>>

  /**
   * How many changes of status the rules made per account since a time, read from the audit rows of `auditOfChange`; those without any are missing.
   * One statement.
   */
  changesSince(query: { readonly userIds: readonly string[]; readonly since: EpochMs }): Promise<ReadonlyMap<string, number>>

  /**
   * How many accounts pushes have locked out since a time, and by them are so still; counts no further than `atMost`. One statement. Sent back to
   * wait are those that were active: not those that have applied again after a suspension, nor new ones.
   * @param query with `tx`, as its transaction sees them once all others are over that have asked in one: until it ends they wait
   */
  pushedLockOuts(query: {
    readonly to: LockOut
    readonly since: EpochMs
    readonly atMost: number
    readonly tx?: Transaction
  }): Promise<number>

  /** How many there are. Reads through an index: not for every account. */
  count(): Promise<number>

  /** Each with its audit row. @param changes of distinct accounts @returns what became of each, by userId */
  apply(tx: Transaction, changes: readonly AccountChange[]): Promise<ReadonlyMap<string, ChangeOutcome>>

  /** One statement. */
  markVerified(tx: Transaction, verified: { readonly accounts: readonly VerifiedAccount[]; readonly at: EpochMs }): Promise<void>

  /** False if the userId is known. @throws CodedError NUMBER_TAKEN */
  add(account: NewAccount, audit: AuditEntry): Promise<boolean>

  /** An operator's or another system's order. `changed` also where there is no such account. */
  change(change: AccountChange): Promise<ChangeOutcome>
}
