// One gate per outside resource for the whole fleet: its token bucket, and whether it is closed. Over Redis in `bullmq/`, in memory in
// `testing/`. Bulk work takes a token only while a quarter remain, so that single requests go first.
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

export type Entry =
  | { readonly kind: 'open'; readonly probe: boolean }
  | { readonly kind: 'wait'; readonly ms: number; readonly closed: boolean }

export interface ResourceGate {
  enter(request: { readonly resource: string; readonly tokens: number; readonly bulk: boolean; readonly now: EpochMs }): Promise<Entry>
  /** Retry-After: nobody enters until then. */
  closeUntil(request: { readonly resource: string; readonly until: EpochMs }): Promise<void>
  /** Notes a systemic error of a run. Answers how many distinct runs had one since the last success. */
  noteSystemic(request: { readonly resource: string; readonly uuid: string; readonly now: EpochMs }): Promise<number>
  noteSuccess(request: { readonly resource: string; readonly now: EpochMs }): Promise<void>
  /** Closes until reopened; one probe may enter every `probeEveryMs`. */
  close(request: { readonly resource: string; readonly probeEveryMs: number; readonly now: EpochMs }): Promise<void>
  reopen(request: { readonly resource: string }): Promise<void>
}
