// The engine's port to SQL, the ledger of truth. `@rollcall/database` implements it for SQL Server and SQLite, `testing/` in memory.
// What must always hold:
//   - a transition happens only while the run still has the version it was decided on; the loser writes nothing;
//   - a transition, its event, the handler's own writes and the runs it starts commit together or not at all;
//   - `liveKey` is unique, so that at most one live run exists per natural key.
import type { JsonObject } from './json.ts'
import type { Completion, EpochMs, NewRun, Run, RunEvent, RunStatus } from './run.ts'

/** An open SQL transaction, opaque to the engine; the adapter that made it knows what is inside. */
export interface Transaction {
  readonly transaction: unknown
}

/** A decided change of one run: the whole after-image of the columns that the engine owns. */
export interface Transition {
  readonly uuid: string
  /** The version that was read. The change applies only while it still stands. */
  readonly expectedVersion: number
  /** For a retry, the attempt that was read; null for a change of state, which outranks a concurrent retry. */
  readonly expectedAttempt: number | null
  readonly state: string
  readonly status: RunStatus
  readonly completion: Completion | null
  readonly version: number
  readonly attempt: number
  readonly dueAt: EpochMs | null
  readonly result: JsonObject
  readonly pollingUuid: string | null
  readonly lastOperationStatus: 'success' | 'failed' | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
  readonly liveKey: string
  readonly stateSince: EpochMs
  readonly updatedAt: EpochMs
  /** Appended only if the change applies. One for nearly every transition; two when a polling state ends. */
  readonly events: readonly RunEvent[]
}

/** A request as its sender may repeat it: unique per (caller, key). */
export interface AcceptedRequest {
  readonly caller: string
  /** The Idempotency-Key. */
  readonly key: string
  /** SHA-256 of the canonical body, hex. */
  readonly bodyHash: string
  /** What is answered item by item to a repetition of this request: run uuids and refusals. */
  readonly items: readonly JsonObject[]
  readonly createdAt: EpochMs
  readonly expiresAt: EpochMs
}

export interface AcceptInput {
  readonly groupUuid: string
  /** Null where the caller sent no Idempotency-Key. */
  readonly request: AcceptedRequest | null
  readonly runs: readonly NewRun[]
  /** Where the runs begin on an operator's order: written with them. */
  readonly audit?: AuditEntry
}

export type AcceptResult =
  /** Per run, in order: it was inserted, or a live run of the same key stands already. */
  | { readonly kind: 'accepted'; readonly runs: readonly AcceptedRun[] }
  /** Nothing was inserted. */
  | KnownRequest

export type KnownRequest =
  /** (caller, key) is known with the same body. */
  | { readonly kind: 'repeated'; readonly groupUuid: string; readonly items: readonly JsonObject[] }
  /** (caller, key) is known with another body. */
  | { readonly kind: 'conflict' }

export interface AcceptedRun {
  readonly uuid: string
  readonly groupUuid: string
  readonly state: string
  readonly status: RunStatus
  readonly version: number
  readonly inserted: boolean
}

/** What reconcile needs to know of a live run. */
export interface DueRun {
  readonly uuid: string
  readonly process: string
  readonly state: string
  readonly version: number
  readonly priority: number
  readonly dueAt: EpochMs
}

export interface ReplayInput {
  readonly uuid: string
  /** The version the operator saw; another one now means that somebody else acted. */
  readonly expectedVersion: number
  readonly state: string
  /** @defaultValue `in_progress` */
  readonly status?: RunStatus
  readonly input: JsonObject
  /** The natural key to take again. */
  readonly liveKey: string
  /** What the corrected input says the run is about, for those who look for it. */
  readonly subjectName: string | null
  readonly scopeId: string | null
  /** The lane and step that it goes on in. @defaultValue those that it had */
  readonly priority?: number
  readonly at: EpochMs
  readonly event: RunEvent
  readonly audit: AuditEntry
  /** Writes of whoever replays, in the same transaction. What it throws undoes the replay. Called only while the run's version stands. */
  readonly write?: (tx: Transaction) => Promise<void>
}

export type ReplayResult =
  | { readonly kind: 'replayed'; readonly run: Run }
  /** The run changed since it was read. */
  | { readonly kind: 'changed' }
  /** A live run, or a later completed one, has taken the natural key. */
  | { readonly kind: 'taken'; readonly byUuid: string }

/** One row of the audit log: who did what to which thing, and why. */
export interface AuditEntry {
  readonly id: string
  readonly at: EpochMs
  readonly actor: string
  /** e.g. `run.replay`, `run.cancel`, `resource.reopen`. */
  readonly action: string
  readonly targetType: string
  readonly targetId: string
  readonly reason: string
  readonly details: JsonObject
}

export interface Ledger {
  /** Reads runs by uuid; those that do not exist are missing from the answer, whose order is not that of the request. */
  read(uuids: readonly string[]): Promise<Run[]>

  /**
   * Carries out transitions of distinct runs in one transaction and returns the uuids of those that applied.
   * Throws without any effect if one of them cannot be written: the caller then tries each alone.
   */
  commit(transitions: readonly Transition[]): Promise<ReadonlySet<string>>

  /**
   * Carries out one transition together with the handler's own writes and the runs to start. Answers whether it applied; if the version is
   * no longer the one read, `write` is not called. A run to start whose liveKey is taken is left out: the live one does that work.
   */
  commitWith(change: {
    readonly transition: Transition
    readonly write: ((tx: Transaction) => Promise<void>) | null
    readonly start: readonly NewRun[]
  }): Promise<boolean>

  /** Appends an event outside any transition. `once`: only if the run has no event of this version and error code yet. */
  append(event: RunEvent, options?: { readonly once?: boolean }): Promise<void>

  /** Writes a request and its runs in one transaction, or finds that they stand already. */
  accept(input: AcceptInput): Promise<AcceptResult>

  /** Whether this request was accepted before: for whoever must know before it judges what is asked. */
  findRequest(request: Pick<AcceptedRequest, 'caller' | 'key' | 'bodyHash'> & { readonly now: EpochMs }): Promise<KnownRequest | null>

  /** Marks a live run for cancelling, with its audit row. Answers the run as it now stands; null if there is none. */
  requestCancel(change: { readonly uuid: string; readonly at: EpochMs; readonly audit: AuditEntry }): Promise<Run | null>

  replay(change: ReplayInput): Promise<ReplayResult>

  /**
   * Live runs whose `dueAt` is before `before`, in the order (dueAt, uuid) behind `after`, at most `limit`.
   * @param after where the previous page ended; null for the first
   */
  due(page: {
    readonly before: EpochMs
    readonly after: { readonly dueAt: EpochMs; readonly uuid: string } | null
    readonly limit: number
  }): Promise<DueRun[]>

  /** How many live runs stand in each state, with the time since when the oldest does. */
  backlog(): Promise<{ process: string; state: string; status: RunStatus; count: number; oldestSince: EpochMs }[]>

  /** Moves `stateSince` of the live runs in these states forward, since a closed resource kept them waiting. */
  shiftStateSince(change: {
    readonly states: readonly { readonly process: string; readonly state: string }[]
    readonly closedAt: EpochMs
    readonly byMs: number
  }): Promise<void>

  /** Deletes ended runs of a process, with their history, that ended before a time. For the canary; people's runs are archived instead. */
  deleteEnded(selection: { readonly process: string; readonly before: EpochMs; readonly limit: number }): Promise<number>
}

/** Mutual exclusion over the whole fleet by a row in SQL and SQL's own clock. */
export interface Leases {
  /** Takes or extends a lease; false while another holder has it. */
  acquire(lease: { readonly name: string; readonly holder: string; readonly forMs: number }): Promise<boolean>
  release(lease: { readonly name: string; readonly holder: string }): Promise<void>
  /** SQL's clock, to measure a process's offset from it. */
  now(): Promise<EpochMs>
}

/** A resource that is closed until an operator or a probe reopens it. */
export interface Closure {
  readonly resource: string
  readonly errorCode: string
  readonly cause: string
  readonly closedAt: EpochMs
  readonly closedBy: string
}

export interface Closures {
  /** Those that stand now. */
  list(): Promise<Closure[]>
  /** False if it is closed already. */
  close(closure: Closure, audit: AuditEntry | null): Promise<boolean>
  /** Answers the closure that was lifted, or null if there was none. */
  reopen(change: {
    readonly resource: string
    readonly at: EpochMs
    readonly by: string
    readonly audit: AuditEntry | null
  }): Promise<Closure | null>
}
