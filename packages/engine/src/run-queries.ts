// What people ask of the ledger: one run with its history, lists, the sum of a group. Read-only and outside the engine's own path.
import type { Completion, EpochMs, Run, RunEvent, RunStatus } from './run.ts'

/** Every field narrows; those left out do not. */
export interface RunFilter {
  readonly process?: string
  readonly state?: string
  readonly status?: RunStatus
  readonly groupUuid?: string
  readonly subjectId?: string
  readonly scopeId?: string
  /** The name of the API key, or of the app, that asked for the run. */
  readonly requestedBy?: string
  readonly errorCode?: string
  /** Inclusive. */
  readonly createdFrom?: EpochMs
  /** Exclusive. */
  readonly createdTo?: EpochMs
}

/** Where the previous page ended. */
export interface RunCursor {
  readonly createdAt: EpochMs
  readonly uuid: string
}

export interface RunPage {
  /** Newest first, by (createdAt, uuid). */
  readonly runs: readonly Run[]
  /** Hand it in as `after` for the next page; null where this is the last. */
  readonly next: RunCursor | null
}

export interface GroupCounts {
  readonly total: number
  /** One row per combination that occurs. */
  readonly counts: readonly {
    readonly state: string
    readonly status: RunStatus
    readonly completion: Completion | null
    readonly count: number
  }[]
}

export interface RunQueries {
  find(uuid: string): Promise<Run | null>
  /** In the order of writing. */
  history(uuid: string): Promise<RunEvent[]>
  list(filter: RunFilter, page: { readonly after: RunCursor | null; readonly limit: number }): Promise<RunPage>
  groupCounts(groupUuid: string): Promise<GroupCounts>
  /** How many live runs each of these schools has; one that has none is left out. */
  openRuns(scopeIds: readonly string[]): Promise<ReadonlyMap<string, number>>
}
