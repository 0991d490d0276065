import type { EpochMs, RunCursor, RunStatus } from '@rollcall/engine'

/** A part of the ended runs to put away, in the order of (createdAt, uuid). */
export interface RunsToMove {
  readonly status: Exclude<RunStatus, 'new' | 'in_progress' | 'polling' | 'waiting'>
  readonly endedBefore: EpochMs
  /** A process whose runs are not kept at all. */
  readonly exceptProcess: string
  readonly archivedAt: EpochMs
  /** Where the part before ended; null for the first. */
  readonly after: RunCursor | null
  readonly limit: number
}

export interface MovedRuns {
  readonly moved: number
  /** Null where there are no more. */
  readonly next: RunCursor | null
  /** How long the transaction took. */
  readonly tookMs: number
}

export type MoveRuns = (part: RunsToMove) => Promise<MovedRuns>

/** Statuses in the order in which their runs are put away: whoever replays a failed run must still find the later one that did its work. */
export const MOVED_STATUSES = ['cancelled', 'failed', 'completed'] as const satisfies readonly RunsToMove['status'][]
