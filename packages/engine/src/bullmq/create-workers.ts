// All the BullMQ workers of one worker app: one per state that the app works, sharing one semaphore, one ledger access and one drain. What must
// always hold: a renamed state's old queue is worked, too, by whoever works the new one: the release before left jobs there, and adds to it for
// as long as a deploy lasts.
import type { Worker } from 'bullmq'
import pLimit from 'p-limit'
import { type Dispatcher, queueName } from '../dispatcher.ts'
import type { StateHandlers } from '../handler.ts'
import { createIds } from '../ids.ts'
import type { Ledger } from '../ledger.ts'
import { createLedgerAccess } from '../ledger-access.ts'
import { namesOf } from '../process-table.ts'
import { createWorkJob, type WorkDeps } from '../work-job.ts'
import type { RedisConnection } from './create-dispatcher.ts'
import { createStateWorker } from './create-state-worker.ts'
import { processIdentity } from './process-identity.ts'
import { takeOver } from './take-over.ts'

/** How long before its deadline a stop tells the handlers to let go. */
const LET_GO_MS = 1_000

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
  /** `<process>.<STATE>` of each state, by its name in this release. */
  readonly queues: readonly string[]
  start(): void
  /** While paused they take no jobs; those under way are finished. May be said before the start. */
  setPaused(isPaused: boolean): void
  /**
   * Takes no more jobs and waits for those under way. Shortly before the deadline their handlers' signals fire, so that those who listen can
   * let go of their jobs in good order.
   * @returns false if some were still under way when the time was up; their jobs are taken over by others once their locks run out
   */
  stop(deadlineMs: number): Promise<boolean>
}

export function createWorkers(options: WorkersOptions): Workers {
  const { clock, connection, dispatcher, ledger, namespace, notify, onError, resources } = options
  const access = createLedgerAccess({ ledger, dispatcher, notify })
  const limit = pLimit(options.concurrency)
  let stopping = false
  let paused = false
  const deps: WorkDeps = { ledger, access, resources, clock, random: Math.random, newId: createIds(clock), notify }
  const identity = processIdentity()
  const workers = options.handlers.flatMap(({ process, handlers }) =>
    Object.entries(handlers).flatMap(([state, handler]) => {
      const workJob = createWorkJob({ process, state, handler }, deps)
      return namesOf(process, state).map((name) =>
        createStateWorker(queueName({ process: process.name, state: name }), workJob, {
          connection,
          namespace,
          concurrency: options.concurrency,
          limit,
          isStopping: () => stopping,
          isPaused: () => paused,
          onError,
          identity,
        }),
      )
    }),
  )

  return {
    queues: options.handlers.flatMap(({ process, handlers }) =>
      Object.keys(handlers).map((state) => queueName({ process: process.name, state })),
    ),
    start() {
      for (const worker of workers) {
        worker.run().catch(onError)
        // Beside it, not before: work that nobody holds is not made to wait.
        takeOver({ connection, namespace, queue: worker.name }).catch(onError)
      }
    },
    setPaused(isPaused) {
      if (paused === isPaused) return
      paused = isPaused
      for (const worker of workers) (isPaused ? worker.pause(true) : worker.resume()).catch(onError)
    },
    stop(deadlineMs) {
      stopping = true
      return stopAll({ workers, deadlineMs, onError })
    },
  }
}

async function stopAll({
  workers,
  deadlineMs,
  onError,
}: {
  readonly workers: readonly Worker[]
  readonly deadlineMs: number
  readonly onError: (error: Error) => void
}): Promise<boolean> {
  const closing = closeAll(workers, onError)
  const { promise: late, resolve } = Promise.withResolvers<false>()
  const letGo = setTimeout(
    () => {
      for (const worker of workers) worker.cancelAllJobs('the worker stops')
    },
    deadlineMs - Math.min(LET_GO_MS, deadlineMs / 2),
  )
  // `close()` has no end of its own, least of all while Redis is away.
  const deadline = setTimeout(resolve, deadlineMs, false)
  try {
    return await Promise.race([closing, late])
  } finally {
    clearTimeout(letGo)
    clearTimeout(deadline)
  }
}

async function closeAll(workers: readonly Worker[], onError: (error: Error) => void): Promise<boolean> {
  try {
    await Promise.all(workers.map((worker) => worker.close()))
    return true
  } catch (error) {
    onError(error instanceof Error ? error : new Error(String(error)))
    return false
  }
}
