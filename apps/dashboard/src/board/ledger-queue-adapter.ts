// A queue as Bull Board may see it. What must always hold: whatever route asks, through this adapter nothing is written to a queue; the one
// thing that does something is `retry`, and it goes to the ledger.
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { TerminalError } from '@rollcall/engine'
import type { Job, Queue } from 'bullmq'
import { dashboardErrors } from '../problems/dashboard-errors.ts'

export interface LedgerQueueOptions {
  readonly queue: Queue
  /** Replays the run of a failed job; null for those who may only look. */
  readonly retry: ((job: Job) => Promise<void>) | null
}

/** How many jobs one look may bring, whatever was asked for: a queue may hold a hundred thousand. */
export const MOST_JOBS = 200

/** The part of a queue's name that says its process groups the queues. */
const DELIMITER = '.'

export class LedgerQueueAdapter extends BullMQAdapter {
  readonly #retry: LedgerQueueOptions['retry']

  constructor({ queue, retry }: LedgerQueueOptions) {
    super(queue, {
      // Hides every button; with it on, Bull Board would hide the one for retries, too.
      readOnlyMode: retry === null,
      allowRetries: retry !== null,
      delimiter: DELIMITER,
      externalJobUrl: ({ data }) => ({ displayText: 'Run', href: `/runs/${String(data?.uuid)}` }),
      ...NO_COMPLETED_RETRIES,
    })
    this.#retry = retry
  }

  override async getJob(id: string): Promise<Job | undefined> {
    const job = await super.getJob(id)
    return job && this.#harmless(job)
  }

  override async getJobs(...[statuses, start, end]: Parameters<BullMQAdapter['getJobs']>): Promise<Job[]> {
    const first = Math.max(0, start ?? 0)
    const most = first + MOST_JOBS - 1
    // To BullMQ a negative end means all of them.
    const last = end === undefined || end < 0 ? most : Math.min(end, most)
    return (await super.getJobs(statuses, first, last)).map((job) => this.#harmless(job))
  }

  #harmless(job: Job): Job {
    const retry = this.#retry
    return Object.assign(job, HARMLESS_JOB, { retry: retry ? () => retry(job) : refused })
  }

  override clean = refused
  override addJob = refused
  override pause = refused
  override resume = refused
  override empty = refused
  override obliterate = refused
  override promoteAll = refused
  override removeJobScheduler = refused
  override updateJobScheduler = refused
  override runJobSchedulerNow = refused
  override setGlobalConcurrency = refused
  override setConfiguredRateLimit = refused
  override removeConfiguredRateLimit = refused
  override releaseActiveRateLimit = refused
}

/** Read by Bull Board's base class, missing in the type of its BullMQ adapter. */
const NO_COMPLETED_RETRIES = { allowCompletedRetries: false }

/** What Bull Board may call on a job to change it. */
const HARMLESS_JOB = {
  promote: refused,
  remove: refused,
  updateData: refused,
  changeDelay: refused,
  changePriority: refused,
  removeUnprocessedChildren: refused,
}

async function refused(): Promise<never> {
  throw new TerminalError(dashboardErrors.ACTION_REFUSED)
}
