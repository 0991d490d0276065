// Accounts that were begun, have no user and no live run: an operator finishes them or gives their names up. Adapter: `@rollcall/database`.
import type { EpochMs, RunStatus } from '@rollcall/engine'
import type { AccountKind } from '../account-kind.ts'
import type { ReservationToRelease } from './account-store.ts'

export interface UnfinishedAccount extends ReservationToRelease {
  readonly reservedAt: EpochMs
  /** The newest run of account-create for this person and kind; null once it is archived. */
  readonly lastRun: {
    readonly uuid: string
    readonly status: RunStatus
    readonly state: string
    readonly errorCode: string | null
    readonly updatedAt: EpochMs
  } | null
  /** The live run that gives the name up. */
  readonly releaseUuid: string | null
}

export interface UnfinishedCursor {
  readonly reservedAt: EpochMs
  readonly username: string
}

/** A reservation that never led to a user, with all that may stand in the way of giving it up. */
export interface UnfinishedReservation extends ReservationToRelease {
  /** Grows whenever one of the person's runs of account-create changes, and with nothing else: those in the archive count, too. */
  readonly versionsSeen: number
  /** The person's live run of account-create. */
  readonly liveRunUuid: string | null
  /** The person's live run of release-reservation, which may be about the other kind. */
  readonly releaseUuid: string | null
}

export interface UnfinishedAccounts {
  /** Those that wait longest come first. A page may hold fewer than `limit`, or none, although there are more. @param reservedBefore null for all */
  list(page: {
    readonly reservedBefore: EpochMs | null
    readonly after: UnfinishedCursor | null
    readonly limit: number
  }): Promise<{ readonly accounts: readonly UnfinishedAccount[]; readonly next: UnfinishedCursor | null }>
  find(owner: { readonly personId: string; readonly kind: AccountKind }): Promise<UnfinishedReservation | null>
}
