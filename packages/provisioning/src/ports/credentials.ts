// The initial passwords that wait, sealed, for whoever may be given them. Adapter: `@rollcall/database`.
// What must always hold: a password leaves once at most; an erased one is gone from the row that held it, which says when and why.
import type { AuditEntry, EpochMs } from '@rollcall/engine'
import type { AccountKind } from '../account-kind.ts'

/** `notOurs`: the account was adopted with a password of its own. `released`: no account was ever made under its name. */
export type ErasedBecause = 'collected' | 'expired' | 'notOurs' | 'released' | 'personErased'

/** The credential of a live account. */
export interface AccountCredential {
  readonly personId: string
  readonly kind: AccountKind
  readonly username: string
  /** Null once erased. */
  readonly sealedPassword: string | null
  /** Null while it stands. */
  readonly erasure: Erasure | null
}

export interface Erasure {
  readonly at: EpochMs
  readonly because: ErasedBecause
  /** Who was given it. */
  readonly collectedBy: string | null
}

export interface SealedCredential {
  readonly personId: string
  readonly kind: AccountKind
  /** When it was sealed first. */
  readonly createdAt: EpochMs
  readonly sealedPassword: string
}

export interface Credentials {
  /** Of the live user with this id. */
  findOfUser(sysUserId: string): Promise<AccountCredential | null>
  /**
   * Erases it as collected, with its audit row, in one transaction. False if what is sealed is no longer what was read: somebody else has
   * collected it, or sealed it anew. Only after true may it be handed out.
   */
  collect(collection: {
    readonly personId: string
    readonly kind: AccountKind
    readonly sealedPassword: string
    readonly by: string
    readonly at: EpochMs
    readonly audit: AuditEntry
  }): Promise<boolean>
  /** Those that stand, in the order (createdAt, personId, kind) behind `after`. */
  listSealed(page: { readonly after: Omit<SealedCredential, 'sealedPassword'> | null; readonly limit: number }): Promise<SealedCredential[]>
  /** Exchanges what is sealed, where it is still what was read. @returns how many were */
  reseal(changes: readonly (SealedCredential & { readonly resealed: string })[]): Promise<number>
  /** Erases those that were sealed before a time, the oldest first. @returns how many were; fewer than `limit` once none is left */
  eraseExpired(selection: { readonly before: EpochMs; readonly at: EpochMs; readonly limit: number }): Promise<number>
}
