// How work enters: the rows first, then the queue. A request is answered once its rows are committed; that the queue could not be reached
// meanwhile is nobody's error: what it did not take is offered again a little later, and whatever is forgotten, reconcile enqueues.
import type { Dispatcher, StateJob } from '../dispatcher.ts'
import type { AcceptInput, AcceptResult, Ledger } from '../ledger.ts'
import { type Notify, queueUnreachable } from '../notice.ts'

/** After a failed enqueue the queue is left alone for this long, so that callers do not wait for its time-outs one by one. */
const QUEUE_PAUSE_MS = 5_000
/** Some 200 bytes each. What arrives beyond them while the queue is away waits for reconcile. */
const JOBS_KEPT = 10_000
const JOBS_PER_OFFER = 1_000

export type AcceptRuns = (input: AcceptInput) => Promise<AcceptResult>

export function createAcceptRuns({
  ledger,
  dispatcher,
  notify,
}: {
  readonly ledger: Pick<Ledger, 'accept'>
  readonly dispatcher: Pick<Dispatcher, 'enqueue'>
  readonly notify: Notify
}): AcceptRuns {
  /** What the queue has not taken, oldest first. */
  const kept: StateJob[] = []
  let isQueueAvoided = false

  return async (input) => {
    const result = await ledger.accept(input)
    if (result.kind === 'accepted') await enqueue(jobsOf(input, result))
    return result
  }

  async function enqueue(jobs: readonly StateJob[]): Promise<void> {
    if (jobs.length === 0) return
    if (isQueueAvoided) return keep(jobs)
    try {
      await dispatcher.enqueue(jobs)
    } catch (error) {
      keep(jobs)
      avoidQueue(error, jobs.length)
    }
  }

  function keep(jobs: readonly StateJob[]): void {
    kept.push(...jobs.slice(0, JOBS_KEPT - kept.length))
  }

  function avoidQueue(error: unknown, jobs: number): void {
    notify(queueUnreachable(error, jobs))
    if (isQueueAvoided) return
    isQueueAvoided = true
    // A process that ends does not wait for it: the next one to start looks for what was accepted and never enqueued.
    setTimeout(offerKept, QUEUE_PAUSE_MS).unref()
  }

  async function offerKept(): Promise<void> {
    isQueueAvoided = false
    while (kept.length > 0) {
      const jobs = kept.splice(0, JOBS_PER_OFFER)
      try {
        await dispatcher.enqueue(jobs)
      } catch (error) {
        kept.unshift(...jobs)
        return avoidQueue(error, jobs.length)
      }
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
