// One gate per outside resource for the whole fleet: its token bucket, and whether it is closed. Over Redis in `bullmq/`, in memory in
// `testing/`. What must always hold: nobody takes a token that is not there; among those who wait in a lane the tokens go round by school, and
// none lies idle while somebody asks who could use it; a lower lane leaves a share of the bucket to the higher ones, so that single requests
// go first.
import type { Lane } from './priority.ts'
import type { EpochMs } from './run.ts'

export interface ResourceLimits {
  readonly name: string
  /** Tokens that come back per second. */
  readonly ratePerSecond: number
  /** Tokens that may be taken at once after a pause. */
  readonly burst: number
  /** Whether a successful probe reopens a resource that was closed for systemic errors, or an operator must. */
  readonly reopenByProbe: boolean
}

export interface EnterRequest {
  readonly resource: string
  readonly tokens: number
  readonly lane: Lane
  /** The school, organisation or provider that the tokens are charged to. */
  readonly scope: string | null
  /** Of the run: who was told to wait has a place, and keeps it until he comes back. */
  readonly uuid: string
  /** The caller's time, like everywhere here: a gate that has a clock of its own, which all its callers share, goes by that. */
  readonly now: EpochMs
}

export type Entry =
  | { readonly kind: 'open'; readonly probe: boolean }
  | { readonly kind: 'wait'; readonly ms: number; readonly closed: boolean }

/** The systemic errors since the last success. */
export interface SystemicErrors {
  /** How many distinct runs met one. */
  readonly runs: number
  readonly errors: number
  /** How long ago the first of them was. */
  readonly forMs: number
}

export interface ResourceGate {
  enter(request: EnterRequest): Promise<Entry>
  /** Retry-After: nobody enters for so long. */
  pause(request: { readonly resource: string; readonly forMs: number; readonly now: EpochMs }): Promise<void>
  /** Notes a systemic error of a run. */
  noteSystemic(request: { readonly resource: string; readonly uuid: string; readonly now: EpochMs }): Promise<SystemicErrors>
  noteSuccess(request: { readonly resource: string; readonly now: EpochMs }): Promise<void>
  /** Closes until reopened; one probe may enter every `probeEveryMs`. */
  close(request: { readonly resource: string; readonly probeEveryMs: number; readonly now: EpochMs }): Promise<void>
  /** Whether it was closed and not reopened; a Retry-After does not count. */
  isClosed(request: { readonly resource: string }): Promise<boolean>
  reopen(request: { readonly resource: string }): Promise<void>
}
