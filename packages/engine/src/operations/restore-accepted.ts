// Who accepts or replays runs writes that down, then enqueues them; one who is killed in between leaves runs that are nobody's until they are
// overdue by so much that reconcile looks for them. Whoever starts in his place enqueues them at once.
import type { Clock } from '../clock.ts'
import type { Dispatcher, StateJob } from '../dispatcher.ts'
import { LedgerUnavailableError } from '../errors.ts'
import type { DueRun, Ledger } from '../ledger.ts'
import { ledgerUnreachable, type Notify, queueUnreachable } from '../notice.ts'
import type { ReconcileDeps } from '../reconcile.ts'

/** What has been due for longer is the business of reconcile. */
const LOOK_BACK_MS = 120_000
const RUNS_PER_PAGE = 1_000

export interface RestoreAcceptedDeps extends Pick<ReconcileDeps, 'stateToday'> {
  readonly ledger: Pick<Ledger, 'due'>
  readonly dispatcher: Pick<Dispatcher, 'restore'>
  readonly clock: Clock
  readonly notify: Notify
  /** Stops it after the page that it is at. */
  readonly signal: AbortSignal
}

/** Never rejects: what it cannot do, reconcile does later. @returns how many were brought back */
export async function restoreAccepted({ ledger, dispatcher, clock, notify, stateToday, signal }: RestoreAcceptedDeps): Promise<number> {
  const now = clock.now()
  let after = { dueAt: now - LOOK_BACK_MS, uuid: '' }
  let restored = 0
  try {
    while (!signal.aborted) {
      const page = await ledger.due({ before: now, after, limit: RUNS_PER_PAGE })
      restored += await dispatcher.restore(page.flatMap((run) => jobOf(run, stateToday(run))))
      const last = page.at(-1)
      if (!last || page.length < RUNS_PER_PAGE) return restored
      after = { dueAt: last.dueAt, uuid: last.uuid }
    }
    return restored
  } catch (error) {
    notify(error instanceof LedgerUnavailableError ? ledgerUnreachable(error) : queueUnreachable(error, 0))
    return restored
  }
}

function jobOf({ uuid, process, version, priority }: DueRun, state: string | null): StateJob[] {
  return state === null ? [] : [{ process, state, uuid, version, priority, delayMs: 0, again: true }]
}
