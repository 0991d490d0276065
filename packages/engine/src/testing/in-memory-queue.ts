import type { Clock } from '../clock.ts'
import { type Dispatcher, jobId, type StateJob } from '../dispatcher.ts'
import type { EpochMs } from '../run.ts'

export interface QueuedJob {
  readonly job: StateJob
  readonly at: EpochMs
  readonly tries: number
  readonly looks: number
  readonly stalls: number
}

/** A queue on a virtual clock. It keeps no ended jobs, and what is taken from it is gone until it is put back. */
export interface InMemoryQueue extends Dispatcher {
  jobs(): readonly QueuedJob[]
  /** The job that is due first, of the first priority; null if none is due by then. */
  take(by: EpochMs): QueuedJob | null
  putBack(queued: QueuedJob): void
  /** Forgets every job, as FLUSHALL does. */
  forget(): void
}

export function createInMemoryQueue(clock: Clock): InMemoryQueue {
  const queue = new Map<string, QueuedJob>()
  let remembered = false
  let flushes = 0

  function add(job: StateJob): void {
    queue.set(jobId(job), { job, at: clock.now() + job.delayMs, tries: 0, looks: 0, stalls: 0 })
  }

  return {
    jobs: () => [...queue.values()],

    take(by) {
      const [next] = [...queue.values()].sort((a, b) => a.at - b.at || a.job.priority - b.job.priority)
      if (!next || next.at > by) return null
      queue.delete(jobId(next.job))
      return next
    },

    putBack(queued) {
      queue.set(jobId(queued.job), queued)
    },

    forget() {
      queue.clear()
      remembered = false
      flushes += 1
    },

    async enqueue(jobs) {
      for (const job of jobs) if (!queue.has(jobId(job))) add(job)
    },

    async restore(jobs) {
      const lost = jobs.filter((job) => !queue.has(jobId(job)))
      lost.forEach(add)
      return lost.length
    },

    async wake(job) {
      const queued = queue.get(jobId(job))
      if (queued) queue.set(jobId(job), { ...queued, at: clock.now() })
    },

    isForgetful: async () => !remembered,

    beginRemembering: async () => String(flushes),

    async remember(note) {
      if (note !== String(flushes)) return false
      remembered = true
      return true
    },
  }
}
