// The business side of SQL: reservations, credentials, people and users. Adapter: `@rollcall/database`.
import type { EpochMs, Transaction } from '@rollcall/engine'
import type { AccountKind } from '../account-kind.ts'

/** A username that belongs to a person for ever, and the initial password that goes with it. Unique per (personId, kind). */
export interface Reservation {
  readonly personId: string
  readonly kind: AccountKind
  readonly username: string
  /** Sealed (see `Sealer`); null once it was handed out or erased. */
  readonly sealedPassword: string | null
  /** When that password was sealed, or the last one where it is gone. Null where there never was one. */
  readonly sealedAt: EpochMs | null
  /** Null while the password stands. */
  readonly erasedAt: EpochMs | null
  /** The names that the person had before, of whichever kind: the last few, the latest first. An account may have come to stand under one since. */
  readonly formerNames: readonly string[]
}

export interface ReserveInput {
  readonly personId: string
  readonly kind: AccountKind
  /** In the order of preference; all lower case. */
  readonly candidates: readonly string[]
  /** The reserved name that turned out to be somebody else's in the directory: it stays burnt, and the next free candidate takes its place. */
  readonly replacing: string | null
  /** The password was erased and the directory shows no account that has it: the new one takes its place. @defaultValue false */
  readonly renewing?: boolean
  readonly sealedPassword: string
}

/** A current reservation that never led to a user. */
export interface ReservationToRelease {
  readonly personId: string
  readonly kind: AccountKind
  readonly username: string
}

export interface UsernameReservations {
  find(owner: { readonly personId: string; readonly kind: AccountKind }): Promise<Reservation | null>
  /**
   * Reserves the first free candidate and stores the credential, in one transaction. If the person has a reservation already that is not
   * the one being replaced, that one is answered unchanged (so a second try, or a second run, gets the same name and password). On
   * replacing, the stored password stays as it is. An erased password is sealed anew on renewing, and for a name that is new. Null: every
   * candidate is taken.
   * @throws TerminalError ACCOUNT_EXISTS if the person has a live SysUser under another name, of the other kind: the run was accepted in the
   * moment in which that one's run ended. OTHER_ACCOUNT_UNFINISHED if an older reservation of the other kind never led to a SysUser: an
   * account may stand under it in the directory, and nobody gets two
   */
  reserve(input: ReserveInput): Promise<Reservation | null>
  /**
   * Burns the name and erases its password inside the run's own transaction.
   * @throws TerminalError RESERVATION_IN_USE if a live run holds `blockingKey`, if the person's runs of `process` have changed since
   * `versionsSeen` was read, or if the reservation is not the person's current one any more; ACCOUNT_EXISTS if the person has a live SysUser
   */
  release(
    tx: Transaction,
    release: ReservationToRelease & {
      /** The process whose runs make accounts, and the natural key of such a run for this person. */
      readonly process: string
      readonly blockingKey: string
      readonly versionsSeen: number
      readonly at: EpochMs
    },
  ): Promise<void>
}

export type EnrollmentStatus = 'ENROLLED' | 'PENDING'

export interface AccountToPersist {
  /** Of the SysUser row, should it be new; otherwise that of the row that stands. */
  readonly sysUserId: string
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
  /** The password that is sealed for the person is not the account's, which had its own before or stands under a name given up: it is erased. */
  readonly existedBefore: boolean
  readonly runUuid: string
  readonly at: EpochMs
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
   * Writes Person, Institution (if unknown), SysUser and SysUserSysRole inside the run's own transaction, and marks the reservation as
   * finished. The same account again changes nothing but what differs.
   * @throws TerminalError ACCOUNT_BELONGS_TO_ANOTHER if the person or the username has another live SysUser; TransientError
   * USER_STANDS_ALREADY if this very account has one under another sysUserId, which `findLive` tells
   */
  persist(tx: Transaction, account: AccountToPersist): Promise<void>
  setEnrollmentStatus(
    tx: Transaction,
    change: { readonly personId: string; readonly status: EnrollmentStatus; readonly at: EpochMs },
  ): Promise<void>
}
