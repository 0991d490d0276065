// All the BullMQ workers of one worker app: one per state that the app works, sharing one semaphore, one ledger access and one drain.
import type { Worker } from 'bullmq'
import pLimit from 'p-limit'
import type { Dispatcher } from '../dispatcher.ts'
import type { StateHandlers } from '../handler.ts'
import { createIds } from '../ids.ts'
import type { Ledger } from '../ledger.ts'
import { createLedgerAccess } from '../ledger-access.ts'
import { createWorkJob, type WorkDeps } from '../work-job.ts'
import type { RedisConnection } from './create-dispatcher.ts'
import { createStateWorker } from './create-state-worker.ts'

export interface WorkersOptions extends Pick<WorkDeps, 'resources' | 'clock' | 'notify'> {
  readonly ledger: Ledger
  readonly handlers: readonly StateHandlers[]
  readonly dispatcher: Dispatcher
  /** One that retries for ever. */
  readonly connection: RedisConnection
  readonly namespace: string
  /** Jobs under way at once in this app, over all its queues. */
  readonly concurrency: number
  readonly onError: (error: Error) => void
}

export interface Workers {
  /** `<process>.<STATE>` of each. */
  readonly queues: readonly string[]
  start(): void
  /**
   * Takes no more jobs and waits for those under way.
   * @returns false if some were still under way when the time was up; their jobs are taken over by others once their locks run out
   */
  stop(deadlineMs: number): Promise<boolean>
}

export function createWorkers(options: WorkersOptions): Workers {
  const { clock, connection, dispatcher, ledger, namespace, notify, onError, resources } = options
  const access = createLedgerAccess({ ledger, dispatcher, notify })
  const limit = pLimit(options.concurrency)
  const deps: WorkDeps = { ledger, access, resources, clock, random: Math.random, newId: createIds(clock), notify }
  const workers = options.handlers.flatMap(({ process, handlers }) =>
    Object.entries(handlers).map(([state, handler]) => {
      const work = { process, state, handler }
      return createStateWorker(work, createWorkJob(work, deps), {
        connection,
        namespace,
        concurrency: options.concurrency,
        limit,
        onError,
      })
    }),
  )

  return {
    queues: workers.map((worker) => worker.name),
    start() {
      for (const worker of workers) worker.run().catch(onError)
    },
    stop: (deadlineMs) => stopAll(workers, deadlineMs),
  }
}

async function stopAll(workers: readonly Worker[], deadlineMs: number): Promise<boolean> {
  const closing = Promise.all(workers.map((worker) => worker.close())).then(() => true)
  // `close()` has no end of its own, least of all while Redis is away.
  const late = new Promise<false>((resolve) => setTimeout(resolve, deadlineMs, false).unref())
  return Promise.race([closing, late])
}
