import type { EpochMs, RunCursor, RunStatus, Transaction } from '@rollcall/engine'
import type { CohortFilter } from '../replay-cohort/cohort.ts'

/** `refused`: the run could not be replayed, and `errorCode` says why. */
export type ItemOutcome = 'pending' | 'replayed' | 'refused'

/** Which runs a cohort means: those that the filter names as they stood at a time. Cohorts are never part of one. */
export interface CohortQuery {
  readonly filter: CohortFilter
  /** Runs that ended, or were replayed, after this time are not meant. */
  readonly asOf: EpochMs
}

export interface CohortCount {
  readonly total: number
  /** Every combination that occurs. */
  readonly kinds: readonly {
    readonly process: string
    readonly endedIn: string
    readonly errorCode: string | null
    readonly count: number
  }[]
  /** Those with the most runs, as many as asked for. */
  readonly scopes: readonly { readonly scopeId: string | null; readonly count: number }[]
}

/** A run that waits for its replay. */
export interface PendingItem {
  readonly runUuid: string
  /** With its version when the question was asked; null where the ledger has the run no more. */
  readonly ended: { readonly version: number; readonly state: string } | null
}

export interface CohortItem {
  readonly runUuid: string
  readonly outcome: ItemOutcome
  readonly errorCode: string | null
  readonly detail: string | null
  readonly at: EpochMs | null
}

export interface CohortOutcomes {
  readonly items: readonly { readonly outcome: ItemOutcome; readonly errorCode: string | null; readonly count: number }[]
  /** Where the replayed ones stand today; null for those that the ledger has no more. */
  readonly replayed: readonly { readonly status: RunStatus | null; readonly count: number }[]
}

/** The runs that operators replay together, and what became of each. What is not pending any more never changes. */
export interface CohortStore {
  count(query: CohortQuery & { readonly scopes: number }): Promise<CohortCount>

  /** A page of the runs that are meant, by (createdAt, uuid). */
  select(query: CohortQuery & { readonly after: RunCursor | null; readonly limit: number }): Promise<RunCursor[]>

  add(tx: Transaction, cohort: { readonly cohortUuid: string; readonly runUuids: readonly string[] }): Promise<void>

  /** Newest first: of two runs for the same thing the later request is the one to go on with. @param before where the previous page ended */
  pending(page: { readonly cohortUuid: string; readonly before: string | null; readonly limit: number }): Promise<PendingItem[]>

  /** False: it is not pending any more. */
  markReplayed(tx: Transaction, item: { readonly cohortUuid: string; readonly runUuid: string; readonly at: EpochMs }): Promise<boolean>

  /** Leaves alone what is not pending any more. */
  markRefused(
    tx: Transaction,
    refused: {
      readonly cohortUuid: string
      readonly items: readonly { readonly runUuid: string; readonly errorCode: string; readonly detail: string }[]
      readonly at: EpochMs
    },
  ): Promise<void>

  outcomes(cohortUuid: string): Promise<CohortOutcomes>

  /** By the runs' uuids. @param after where the previous page ended */
  items(page: {
    readonly cohortUuid: string
    readonly outcome: ItemOutcome | null
    readonly after: string | null
    readonly limit: number
  }): Promise<CohortItem[]>
}
