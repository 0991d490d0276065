// How work enters: the rows first, then the queue. A request is answered once its rows are committed; that the queue could not be reached
// meanwhile is nobody's error, since reconcile enqueues what is missing.
import type { Clock } from '../clock.ts'
import type { Dispatcher, StateJob } from '../dispatcher.ts'
import type { AcceptInput, AcceptResult, Ledger } from '../ledger.ts'
import { type Notify, queueUnreachable } from '../notice.ts'

/** After a failed enqueue the queue is left alone for this long, so that callers do not wait for its time-outs one by one. */
const QUEUE_PAUSE_MS = 5_000

export type AcceptRuns = (input: AcceptInput) => Promise<AcceptResult>

export function createAcceptRuns({
  ledger,
  dispatcher,
  clock,
  notify,
}: {
  readonly ledger: Pick<Ledger, 'accept'>
  readonly dispatcher: Pick<Dispatcher, 'enqueue'>
  readonly clock: Clock
  readonly notify: Notify
}): AcceptRuns {
  let queueAvoidedUntil = Number.NEGATIVE_INFINITY

  return async (input) => {
    const result = await ledger.accept(input)
    if (result.kind === 'accepted') await enqueue(jobsOf(input, result))
    return result
  }

  async function enqueue(jobs: readonly StateJob[]): Promise<void> {
    if (jobs.length === 0 || clock.now() < queueAvoidedUntil) return
    try {
      await dispatcher.enqueue(jobs)
    } catch (error) {
      queueAvoidedUntil = clock.now() + QUEUE_PAUSE_MS
      notify(queueUnreachable(error, jobs.length))
    }
  }
}

function jobsOf({ runs }: AcceptInput, result: Extract<AcceptResult, { kind: 'accepted' }>): StateJob[] {
  const inserted = new Set(result.runs.filter((run) => run.inserted).map((run) => run.uuid))
  return runs
    .filter((run) => inserted.has(run.uuid))
    .map(({ process, state, uuid, priority, dueAt, createdAt }) => ({
      process,
      state,
      uuid,
      version: 1,
      priority,
      delayMs: dueAt - createdAt,
    }))
}
