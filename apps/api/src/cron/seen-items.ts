// The items of a run as they are shown. The store's `pending` says that an item is still to be applied; once its run has ended nobody will, and a
// list that said `pending` would promise it for ever. What it is then follows from the run, and from the run alone: one that is replayed takes its
// items up again. Pure.
import type { Run } from '@rollcall/engine'
import type { SyncItem, SyncItemOutcome } from '@rollcall/status-sync'

/** What is left of a run that has ended. */
const LEFT = ['refused', 'notApplied'] as const
export const ITEM_OUTCOMES = ['pending', 'applied', 'conflicted', 'failed', 'noted', ...LEFT] as const satisfies readonly (
  | SyncItemOutcome
  | (typeof LEFT)[number]
)[]
export type ItemOutcome = (typeof ITEM_OUTCOMES)[number]

export interface SeenItem extends Omit<SyncItem, 'outcome'> {
  readonly outcome: ItemOutcome
}
type Ending = Pick<Run, 'dueAt' | 'status' | 'stateSince'>

/** @param run of the item; null where it is kept no more, as none that is going is */
export function seenItemOf({ item, run }: { readonly item: SyncItem; readonly run: Ending | null }): SeenItem {
  if (item.outcome !== 'pending') return item
  return { ...item, outcome: outcomeOfPending(run), settledAt: run?.dueAt === null ? run.stateSince : null }
}

/** Which of the stored items are shown under this outcome; null: none. */
export function storedAs({ asked, run }: { readonly asked: ItemOutcome | null; readonly run: Ending }): {
  readonly outcome: SyncItemOutcome | null
} | null {
  if (asked === outcomeOfPending(run)) return { outcome: 'pending' }
  return asked === 'pending' || asked === 'refused' || asked === 'notApplied' ? null : { outcome: asked }
}

/** No run completes with changes that are still to be applied, but one whose approval was refused. */
function outcomeOfPending(run: Ending | null): ItemOutcome {
  if (run && run.dueAt !== null) return 'pending'
  return run?.status === 'completed' ? 'refused' : 'notApplied'
}
