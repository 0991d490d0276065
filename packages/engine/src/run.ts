import type { JsonObject } from './json.ts'

/** The coarse life of a run. `waiting`: for a person, children or approval. */
export const RUN_STATUSES = ['new', 'in_progress', 'polling', 'waiting', 'failed', 'completed', 'cancelled'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

/** Statuses in which a run still has something to do. */
export const LIVE_STATUSES = ['new', 'in_progress', 'polling', 'waiting'] as const satisfies readonly RunStatus[]

/** The states in which every process ends; no table may use these words for a state of its own. */
export const ENDINGS = ['COMPLETED', 'FAILED', 'CANCELLED'] as const
export type Ending = (typeof ENDINGS)[number]

/** How much of what was asked a completed run achieved. */
export type Completion = 'full' | 'partial'

/** The worker apps; each works the states that name it. */
export const WORKERS = ['create', 'poll', 'persist', 'sync', 'compute'] as const
export type WorkerName = (typeof WORKERS)[number]

/** Milliseconds since 1970, UTC. */
export type EpochMs = number

/** One instance of a process: a row of the ledger. */
export interface Run {
  /** UUIDv7. */
  readonly uuid: string
  /** Runs that one request began together. */
  readonly groupUuid: string
  readonly process: string
  /** What the request was called by those who sent it, e.g. CREATE_NEISPUO_STUDENT. */
  readonly type: string
  readonly state: string
  readonly status: RunStatus
  /** Set once completed. */
  readonly completion: Completion | null
  /** Grows by one with every change of state; a job that names another version is superseded. */
  readonly version: number
  /** Failed tries in this state so far. */
  readonly attempt: number
  /** When the run should next be worked; null once it has ended. */
  readonly dueAt: EpochMs | null
  /** What the caller asked for, as validated at the start. */
  readonly input: JsonObject
  /** What the successful events brought, by state: the fold of the history. */
  readonly result: JsonObject
  /** The handle an outside system gave for a submitted request. */
  readonly pollingUuid: string | null
  readonly lastOperationStatus: 'success' | 'failed' | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
  /** At most one live run per key; the uuid once ended. */
  readonly liveKey: string
  /** 1 goes first; see `priority.ts`. */
  readonly priority: number
  /** The person, organisation or thing that the run is about. */
  readonly subjectId: string | null
  /** Normalised for search. Personal data: never leaves the ledger but through the API. */
  readonly subjectName: string | null
  /** The school, organisation or provider on whose behalf it runs. */
  readonly scopeId: string | null
  readonly requestedBy: string
  readonly cancelRequestedAt: EpochMs | null
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
  /** Since when the run stands in its state; polling time is counted from here. */
  readonly stateSince: EpochMs
}

/** A run about to be written for the first time: version 1, attempt 0, status `new`. */
export interface NewRun {
  readonly uuid: string
  readonly groupUuid: string
  readonly process: string
  readonly type: string
  readonly state: string
  readonly input: JsonObject
  readonly liveKey: string
  readonly priority: number
  readonly subjectId: string | null
  readonly subjectName: string | null
  readonly scopeId: string | null
  readonly requestedBy: string
  readonly createdAt: EpochMs
  readonly dueAt: EpochMs
}

/**
 * `success` and `failed` are answers of a handler; `not_yet` sums up the looks of a polling state; `superseded` is a real effect of
 * work that came too late to count; `note` is something an operator or the engine did to the run.
 */
export const EVENT_STATUSES = ['success', 'failed', 'not_yet', 'superseded', 'note'] as const
export type EventStatus = (typeof EVENT_STATUSES)[number]

/** One row of a run's append-only history (table ObjectHistory). */
export interface RunEvent {
  /** UUIDv7: sorts in the order in which one process wrote; clocks of several differ. */
  readonly id: string
  readonly runUuid: string
  readonly createdAt: EpochMs
  readonly operationType: string
  readonly status: EventStatus
  readonly state: string
  readonly version: number
  readonly attempt: number
  /** What was sent outside, redacted. */
  readonly submittedData: JsonObject | null
  /** What came back, redacted. */
  readonly receivedData: JsonObject | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
  readonly durationMs: number | null
  /** How many looks a `not_yet` row stands for. */
  readonly count: number | null
}
