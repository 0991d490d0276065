// The business side of SQL: reservations, credentials, people and users. Adapter: `@rollcall/database`.
import type { Transaction } from '@rollcall/engine'
import type { AccountKind } from '../account-kind.ts'

/** A username that belongs to a person for ever, and the initial password that goes with it. Unique per (personId, kind). */
export interface Reservation {
  readonly personId: string
  readonly kind: AccountKind
  readonly username: string
  /** Sealed (see `Sealer`); null once it was handed out or erased. */
  readonly sealedPassword: string | null
}

export interface ReserveInput {
  readonly personId: string
  readonly kind: AccountKind
  /** In the order of preference; all lower case. */
  readonly candidates: readonly string[]
  /** The reserved name that turned out to be somebody else's in the directory: it stays burnt, and the next free candidate takes its place. */
  readonly replacing: string | null
  readonly sealedPassword: string
}

export interface UsernameReservations {
  find(owner: { readonly personId: string; readonly kind: AccountKind }): Promise<Reservation | null>
  /**
   * Reserves the first free candidate and stores the credential, in one transaction. If the person has a reservation already that is not
   * the one being replaced, that one is answered unchanged (so a second try, or a second run, gets the same name and password). On
   * replacing, the stored password stays as it is. Null: every candidate is taken.
   * @throws TerminalError ACCOUNT_EXISTS if the person has a live SysUser under another name, of the other kind: the run was accepted in the
   * moment in which that one's run ended. OTHER_ACCOUNT_UNFINISHED if an older reservation of the other kind never led to a SysUser: an
   * account may stand under it in the directory, and nobody gets two
   */
  reserve(input: ReserveInput): Promise<Reservation | null>
}

export type EnrollmentStatus = 'ENROLLED' | 'PENDING'

export interface AccountToPersist {
  readonly personId: string
  readonly kind: AccountKind
  readonly firstName: string
  readonly middleName: string | null
  readonly lastName: string
  /** YYYY-MM-DD. */
  readonly birthDate: string
  readonly username: string
  readonly azureId: string
  /** The register's number of the school: Institution, and the role's institution. */
  readonly schoolId: string
  readonly enrollmentStatus: EnrollmentStatus
  readonly runUuid: string
  readonly at: number
}

export interface LiveAccount {
  readonly sysUserId: string
  readonly personId: string
  readonly username: string
  readonly enrollmentStatus: EnrollmentStatus
}

export interface AccountStore {
  /** The live accounts of these persons, in one query. */
  findLive(personIds: readonly string[]): Promise<LiveAccount[]>
  /**
   * Writes Person, Institution (if unknown), SysUser and SysUserSysRole inside the run's own transaction. The same account again changes
   * nothing but what differs.
   * @throws TerminalError ACCOUNT_BELONGS_TO_ANOTHER if the person or the username has another live SysUser
   */
  persist(tx: Transaction, account: AccountToPersist): Promise<void>
  setEnrollmentStatus(
    tx: Transaction,
    change: { readonly personId: string; readonly status: EnrollmentStatus; readonly at: number },
  ): Promise<void>
}
