// The BullMQ side of a state: takes jobs, hands them to `workJob`, and turns their fate into BullMQ's words.
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq'
import type { JobFate, JobToWork, WorkJob } from '../work-job.ts'
import type { JobData, RedisConnection } from './create-dispatcher.ts'
import { LOCK_MS, LOCK_RENEW_MS, MAX_STALLED, queuePrefix, STALLED_CHECK_MS } from './queue-settings.ts'

export interface StateWorkerOptions {
  /** One that retries for ever: a worker waits for Redis to come back. BullMQ duplicates it for its blocking calls. */
  readonly connection: RedisConnection
  readonly namespace: string
  readonly concurrency: number
  /** Bounds the work of all this app's workers together, to what its SQL pool can serve. */
  readonly limit: <T>(work: () => Promise<T>) => Promise<T>
  /** From then on, jobs that were taken but not begun are put back. */
  readonly isStopping: () => boolean
  /** A worker that is paused while it waits for a job takes that one all the same; it is put back, too. */
  readonly isPaused: () => boolean
  readonly onError: (error: Error) => void
  /** Kept beside each job that it takes, for `takeOver`. */
  readonly identity: string
}

/** Starts nothing by itself: call `run()`. */
export function createStateWorker(queue: string, workJob: WorkJob, options: StateWorkerOptions): Worker<JobData, void> {
  const worker = new Worker<JobData, void>(
    queue,
    // Three declared parameters: BullMQ makes the signal only for a processor that can take it.
    async (job, token, signal) => {
      const fate = await options.limit(async () => {
        if (options.isStopping()) return PUT_BACK
        return options.isPaused() ? PUT_ASIDE : workJob(toWork(job), signal ?? new AbortController().signal)
      })
      await applyFate({ job, token, fate })
    },
    {
      connection: options.connection,
      prefix: queuePrefix(options.namespace, queue),
      concurrency: options.concurrency,
      lockDuration: LOCK_MS,
      lockRenewTime: LOCK_RENEW_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MAX_STALLED,
      autorun: false,
      name: options.identity,
    },
  )
  worker.on('error', options.onError)
  worker.on('lockRenewalFailed', (ids) => {
    // Another worker may have these already. The handler is told to stop; if it has done its work, the ledger decides whose counts.
    for (const id of ids) worker.cancelJob(id, 'the lock on this job was lost')
  })
  return worker
}

const PUT_BACK: JobFate = { kind: 'delayed', delayMs: 0, untried: true }
/** Long enough for those workers to hear of the pause that may not have yet. */
const PUT_ASIDE: JobFate = { kind: 'delayed', delayMs: 2_000, untried: true }

function toWork(job: Job<JobData, void>): JobToWork {
  const { uuid, version, looks = 0, untried = 0, again = false } = job.data
  return { uuid, version, looks, tries: Math.max(0, job.attemptsStarted - 1 - untried), stalls: job.stalledCounter, again }
}

/** BullMQ counts how often it handed out a job, not what came of it. */
async function remember(job: Job<JobData, void>, { look, untried }: Extract<JobFate, { kind: 'delayed' }>): Promise<void> {
  if (!look && !untried) return
  const { data } = job
  await job.updateData({
    ...data,
    ...(look && { looks: (data.looks ?? 0) + 1 }),
    ...(untried && { untried: (data.untried ?? 0) + 1 }),
  })
}

async function applyFate({ job, token, fate }: { job: Job<JobData, void>; token: string | undefined; fate: JobFate }): Promise<void> {
  if (fate.kind === 'done') return
  if (fate.kind === 'delayed') {
    await remember(job, fate)
    // BullMQ measures by the machine's clock, whatever the engine's is.
    await job.moveToDelayed(Date.now() + Math.ceil(fate.delayMs), token)
    throw new DelayedError()
  }
  // BullMQ keeps message and stack in clear, so it gets the code and its sentence only.
  const error = new UnrecoverableError(`${fate.code}: ${fate.sentence}`)
  error.stack = error.message
  throw error
}
