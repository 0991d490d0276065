import type { Dispatcher } from '../dispatcher.ts'
import type { AcceptedRun } from '../ledger.ts'
import { type Notify, queueUnreachable } from '../notice.ts'
import type { NewRun } from '../run.ts'

/** The run stands in the ledger: where the queue cannot be reached, reconcile fills it. Of a run that was not begun there is nothing to do. */
export async function enqueueBegun(
  { run, accepted }: { readonly run: NewRun; readonly accepted: AcceptedRun },
  { dispatcher, notify }: { readonly dispatcher: Pick<Dispatcher, 'enqueue'>; readonly notify: Notify },
): Promise<void> {
  if (!accepted.inserted) return
  const { process, state, uuid, priority, dueAt, createdAt } = run
  await dispatcher
    .enqueue([{ process, state, uuid, version: accepted.version, priority, delayMs: dueAt - createdAt }])
    .catch((error: unknown) => notify(queueUnreachable(error, 1)))
}
