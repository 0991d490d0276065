// What the states of a sync job have in common: they work one batch after the other for a while, and stop between two of them. What must always
// hold: whoever finds that another has written his batch, or that it may not be written, writes nothing more; nothing is kept but in SyncRun.
import { CameAfterAllError, type Clock, type NotYet, notYetFor, type Transaction } from '@rollcall/engine'
import type { Halt, SyncRun, SyncRuns } from '../ports/sync-runs.ts'

/** A job works on for this long and then saves where it stands: what is ordered through the engine is honoured there, at the latest. */
export const WORK_FOR_MS = 20_000
/** But for so many batches at least, where the service is slow: each job is a version of the run, and a run has a thousand. */
export const FEWEST_BATCHES = 20
/** And never for longer than this: with the last question and its retries, it ends before the state's time is over. */
export const WORK_FOR_MOST_MS = 120_000
/** Longer than any other try of the same job goes on without saving. */
const STAND_BACK_MS = 30_000

/** Asked before each batch whether the job is to stop. */
export type Pace = (run: Pick<SyncRun, 'pauseAskedBy'>) => 'more' | 'paused' | null

export function createPace({ clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }): Pace {
  const begunAt = clock.now()
  let batches = 0
  return ({ pauseAskedBy }) => {
    if (pauseAskedBy !== null) return 'paused'
    const workedForMs = clock.now() - begunAt
    const enough = workedForMs >= WORK_FOR_MS && (batches >= FEWEST_BATCHES || workedForMs >= WORK_FOR_MOST_MS)
    if (signal.aborted || enough) return 'more'
    batches += 1
    return null
  }
}

/** Brings the run to rest, unless whoever asked for that has taken it back since the last batch: then it goes on. */
export function rest<Received>({
  syncRuns,
  uuid,
  received,
}: {
  readonly syncRuns: Pick<SyncRuns, 'clearPause'>
  readonly uuid: string
  readonly received: Received
}) {
  const write = async (tx: Transaction) => {
    if (!(await syncRuns.clearPause(tx, uuid))) throw new CameAfterAllError('The request to pause was taken back.')
  }
  return { outcome: 'paused' as const, received, write }
}

/**
 * For an answer that rests on all batches: another try of the same job, believed dead, may have written one that this one has not seen, about an
 * account that was gone when this one came to the end, or about the last items that were pending.
 */
export function whileItStands({ syncRuns, run }: { readonly syncRuns: Pick<SyncRuns, 'standsAt'>; readonly run: SyncRun }) {
  return async (tx: Transaction): Promise<void> => {
    if (!(await syncRuns.standsAt(tx, run))) throw new CameAfterAllError('Another try has written a batch behind the last.')
  }
}

/**
 * What to answer where a batch was not written. Null: another try of this run has written it; that one is at work, or has just died. `stopped`: the
 * engine judges the answer, cancels the run before its next try if it was asked to, and has no use for it where the run is over or has moved on.
 */
export function leaveOff<Received>(
  why: Halt | null,
  received: Received,
): NotYet | { readonly outcome: 'more'; readonly received: Received } {
  return why === 'stopped' ? { outcome: 'more', received } : notYetFor(STAND_BACK_MS)
}

/** Whether a batch was written. */
export function isWritten<Written extends object>(answer: Written | Halt | null): answer is Written {
  return answer !== null && typeof answer !== 'string'
}
