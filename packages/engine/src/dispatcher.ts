// The engine's port to the queue. A dispatcher only carries (uuid, version) to a worker at the right time; whatever it forgets, reconcile
// brings back from the ledger. Implemented over BullMQ in `bullmq/`, on a virtual clock in `testing/`.

/** Work on one version of one run. */
export interface StateJob {
  readonly process: string
  readonly state: string
  readonly uuid: string
  readonly version: number
  readonly priority: number
  readonly delayMs: number
  /** This version, or an earlier one of the same state, may have been worked before: a try of it may have left its mark outside. */
  readonly again?: boolean
}

export interface Dispatcher {
  /** Adds jobs; one that exists already stays as it is. */
  enqueue(jobs: readonly StateJob[]): Promise<void>
  /** Adds those that are missing, and those that ended although the ledger still waits for them. Answers how many were brought back. */
  restore(jobs: readonly StateJob[]): Promise<number>
  /** Lets a waiting job run now. */
  wake(job: Pick<StateJob, 'process' | 'state' | 'uuid' | 'version'>): Promise<void>
  /** Whether the queue has lost its memory since `remember` was called last. */
  isForgetful(): Promise<boolean>
  /** Leaves a note in the queue, before all that is missing is put back. */
  beginRemembering(): Promise<string>
  /** Everything was put back since the note was left. False: the queue has lost its memory once more, and the note with it. */
  remember(note: string): Promise<boolean>
}

/** `<process>.<STATE>`, as Bull Board shows it. */
export function queueName(job: Pick<StateJob, 'process' | 'state'>): string {
  return `${job.process}.${job.state}`
}

/** BullMQ ignores an id that still exists, failed jobs included, so the id carries the version. It may hold no colon. */
export function jobId(job: Pick<StateJob, 'uuid' | 'version'>): string {
  return `${job.uuid}-${job.version}`
}
