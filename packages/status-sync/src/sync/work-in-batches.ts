// What the states of a sync job have in common: they work one batch after the other for a while, and stop between two of them. What must always
// hold: whoever finds that another has written his batch writes nothing more, and says *not yet*; nothing is kept but in SyncRun.
import { type Clock, type NotYet, notYetFor } from '@rollcall/engine'
import type { SyncRun } from '../ports/sync-runs.ts'

/** A job works on for this long and then saves where it stands: an order to cancel is honoured there. */
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

/** Another try of this run has written the batch: it is at work, or has just died. */
export function leaveToTheOther(): NotYet {
  return notYetFor(STAND_BACK_MS)
}
