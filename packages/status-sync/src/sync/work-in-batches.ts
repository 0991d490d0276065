// What the states of a sync job have in common: they work one batch after the other for a while, and stop between two of them. What must always
// hold: whoever finds that another has written his batch writes nothing more, and says *not yet*; nothing is kept but in SyncRun.
import { type Clock, type NotYet, notYetFor } from '@rollcall/engine'
import type { SyncRun } from '../ports/sync-runs.ts'

/** A job works on for this long and then saves where it stands: an order to cancel is honoured there, and a deploy waits no longer. */
export const WORK_FOR_MS = 20_000
/** Longer than any other try of the same job goes on without saving. */
const STAND_BACK_MS = 30_000

/** Says between two batches whether the job is to stop. */
export type Pace = (run: Pick<SyncRun, 'pauseAskedBy'>) => 'more' | 'paused' | null

export function createPace({ clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }): Pace {
  const until = clock.now() + WORK_FOR_MS
  return ({ pauseAskedBy }) => {
    if (pauseAskedBy !== null) return 'paused'
    return signal.aborted || clock.now() >= until ? 'more' : null
  }
}

/** Another try of this run has written the batch: it is at work, or has just died. */
export function leaveToTheOther(): NotYet {
  return notYetFor(STAND_BACK_MS)
}
