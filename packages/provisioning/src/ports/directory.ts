// The outside directory that holds the accounts (Microsoft Graph; once, a vendor's event API that only took orders and had to be polled).
// Every method can be called again with the same arguments without a second effect that matters: accounts are recognised by username and
// marker, "already a member" is success. What throws: the engine's error words, with codes of `provisioningErrors`.
import type { AccountKind } from '../account-kind.ts'

export interface AccountToCreate {
  readonly kind: AccountKind
  /** The ownership marker: whose account it is. Never names the run, so that any later run recognises it. */
  readonly personId: string
  /** The local part; the adapter adds the tenant's domain. Lower case. */
  readonly username: string
  readonly firstName: string
  readonly middleName: string | null
  readonly lastName: string
  /** Plain, for this one call; never logged, never kept. */
  readonly initialPassword: string
  readonly grade: string | null
}

export interface DirectoryAccount {
  readonly azureId: string
  readonly username: string
  /** The personId in the marker; null for an account without one, which is never ours. */
  readonly marker: string | null
  /** When the directory made it, in epoch milliseconds; it may know no more than the second. Null where it does not say. */
  readonly createdAt: number | null
}

export type CreateAnswer =
  | { readonly kind: 'created'; readonly azureId: string }
  /** The directory took the order and will say later under which id; look up by this handle. */
  | { readonly kind: 'ordered'; readonly pollingUuid: string }
  /** Something unique in the request belongs to an account already: ours from an earlier try, or somebody else's. */
  | { readonly kind: 'conflict' }
  /** No answer, or one that does not say whether the account was made (timeout, reset, 5xx). */
  | { readonly kind: 'unknown'; readonly reason: string }

/** Where an account belongs, by the register's ids. Teachers of a class stand in both of its collections: that is the adapter's business. */
export type Placement =
  | { readonly kind: 'school'; readonly schoolId: string }
  | { readonly kind: 'class'; readonly classId: string; readonly role: AccountKind }

export interface PlaceOrder {
  readonly azureId: string
  readonly placement: Placement
  /** An earlier try may have put it there: look first, since it is writes that the tenant's quota counts. @defaultValue false */
  readonly mayBeThere?: boolean
}

/** `notVisible`: the replica that answered does not know the account yet. */
export type PlaceAnswer = 'placed' | 'notVisible'

export interface DirectoryCall {
  /** Fires when the work must stop: the job's lock is lost, its deadline has passed, or the worker shuts down. */
  readonly signal: AbortSignal
  /** Sent along for correlation (client-request-id); not an idempotency key. */
  readonly runUuid: string
  /** Nobody waits for this one: it may wait a moment for company, so that many go out in one request. */
  readonly bulk: boolean
}

export interface Directory {
  createAccount(account: AccountToCreate, call: DirectoryCall): Promise<CreateAnswer>
  /** Null: the replica that answered knows no such account, which right after a create proves nothing. */
  findAccount(
    account: { readonly username: string; readonly pollingUuid: string | null },
    call: DirectoryCall,
  ): Promise<DirectoryAccount | null>
  /** @throws TerminalError SCHOOL_NOT_IN_DIRECTORY, CLASS_NOT_IN_DIRECTORY, where the place itself is missing */
  place(order: PlaceOrder, call: DirectoryCall): Promise<PlaceAnswer>
  /** Answers `placed` at once where the tenant has no licence configured. @throws TerminalError LICENCES_EXHAUSTED */
  assignLicence(account: { readonly azureId: string; readonly kind: AccountKind }, call: DirectoryCall): Promise<PlaceAnswer>
}
