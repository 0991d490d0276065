// What people ask of the ledger: one run with its history, lists, the sum of a group. Read-only and outside the engine's own path.
import type { Completion, EpochMs, Run, RunEvent, RunStatus } from './run.ts'

/** Every field narrows; those left out do not. */
export interface RunFilter {
  readonly process?: string
  /** Every process but this one. */
  readonly exceptProcess?: string
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

/** An event of any run as those see it who watch the whole fleet: without what was sent and received, which may be personal data. */
export interface FleetEvent extends Omit<RunEvent, 'submittedData' | 'receivedData' | 'errorMessage'> {
  /** Null where the run is gone already. */
  readonly process: string | null
}

/** Where a look at the events of all runs ended. */
export interface EventCursor {
  readonly createdAt: EpochMs
  readonly id: string
}

export interface FleetEventFilter {
  readonly process?: string
  readonly state?: string
  /** Only those that carry an error code. */
  readonly errors?: boolean
}

export interface FleetEventPage {
  /** Events behind this one; null: the newest ones. */
  readonly after: EventCursor | null
  /** Not before. Inclusive. */
  readonly from: EpochMs
  /** Exclusive: what is younger may have older neighbours that are still being written. */
  readonly to: EpochMs
  readonly limit: number
}

export interface FleetEvents {
  /** In the order of (createdAt, id). May be fewer than asked for although there are more: the filter by process comes last. */
  readonly events: readonly FleetEvent[]
  /** Hand it in as `after` to go on; null where nothing was looked at. */
  readonly next: EventCursor | null
}

/** How many runs of a process failed for one reason. */
export interface FailureCount {
  readonly process: string
  readonly errorCode: string | null
  readonly count: number
}

export interface RunQueries {
  find(uuid: string): Promise<Run | null>
  /** As it happened: by version and try, and within one as it was written. */
  history(uuid: string): Promise<RunEvent[]>
  list(filter: RunFilter, page: { readonly after: RunCursor | null; readonly limit: number }): Promise<RunPage>
  groupCounts(groupUuid: string): Promise<GroupCounts>
  /** How many live runs each of these schools has; one that has none is left out. */
  openRuns(scopeIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** What happened lately, to all runs. */
  latestEvents(filter: FleetEventFilter, page: FleetEventPage): Promise<FleetEvents>
  /** The runs of these processes that stand failed since a time, by reason. */
  failuresSince(selection: { readonly since: EpochMs; readonly processes: readonly string[] }): Promise<FailureCount[]>
}
