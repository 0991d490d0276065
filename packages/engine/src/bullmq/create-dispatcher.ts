// The dispatcher over BullMQ: one queue per state. It fails fast where Redis is away; whoever called it goes on without the queue. What must
// always hold: a queue that cannot be reached, or does not exist, keeps no other queue's jobs waiting; a job that stands in the queue of a name
// that its state had before is there, and is not added a second time.
import { randomUUID } from 'node:crypto'
import { type Job, Queue } from 'bullmq'
import type { Cluster, Redis } from 'ioredis'
import { type Dispatcher, jobId, queueName, type StateJob } from '../dispatcher.ts'
import { namesOf, type ProcessDefinition } from '../process-table.ts'
import { JOB_OPTIONS, queueKey, queuePrefix } from './queue-settings.ts'

export interface BullDispatcher extends Dispatcher {
  /** By name, for the dashboard and for metrics. */
  readonly queues: ReadonlyMap<string, Queue>
  /** By name: those of the names that states had before, which are worked until they are empty. */
  readonly earlierQueues: ReadonlyMap<string, Queue>
  close(): Promise<void>
}

export type RedisConnection = Redis | Cluster

/** That of a reconciler that died is gone after this. */
const NOTE_LIVES_S = 3_600

/**
 * @param connection one that fails fast (no offline queue, few retries); the caller closes it
 * @param namespace keeps fleets on one Redis apart
 */
export function createDispatcher({
  connection,
  namespace,
  processes,
}: {
  readonly connection: RedisConnection
  readonly namespace: string
  readonly processes: readonly ProcessDefinition[]
}): BullDispatcher {
  const families = processes.flatMap((process) =>
    Object.keys(process.states).map((state) => namesOf(process, state).map((name) => queueName({ process: process.name, state: name }))),
  )
  /** By each of a state's names: all of them, today's first. */
  const familyOf = new Map(families.flatMap((family) => family.map((name) => [name, family] as const)))
  const opened = new Map([...familyOf.keys()].map((name) => [name, openQueue({ connection, namespace, name })]))
  const queues = new Map([...opened].filter(([name]) => familyOf.get(name)?.at(0) === name))
  const earlierQueues = new Map([...opened].filter(([name]) => !queues.has(name)))
  const sentinel = `{${namespace}}:sentinel`

  return {
    queues,
    earlierQueues,

    async enqueue(jobs) {
      await eachQueue(jobs, (queue, some) => queueOf(queue).addBulk(some.map(toBullJob)))
    },

    async restore(jobs) {
      const restored = await eachQueue(jobs, restoreQueue)
      return restored.reduce((sum, count) => sum + count, 0)
    },

    async wake(job) {
      const name = queueName(job)
      for (const one of familyOf.get(name) ?? [name]) {
        const found = await queueOf(one).getJob(jobId(job))
        if (found) await promote(found)
      }
    },

    async isForgetful() {
      return (await connection.exists(sentinel)) === 0
    },

    async beginRemembering() {
      const note = `${sentinel}:${randomUUID()}`
      await connection.set(note, 'the queue is being filled from the ledger', 'EX', NOTE_LIVES_S)
      return note
    },

    async remember(note) {
      const [renamed] = (await connection.multi().rename(note, sentinel).persist(sentinel).exec()) ?? []
      const error = renamed?.[0]
      if (error && !error.message.includes('no such key')) throw error
      return !error
    },

    async close() {
      await Promise.all([...opened.values()].map((queue) => queue.close()))
    },
  }

  function queueOf(name: string): Queue {
    const queue = opened.get(name)
    if (!queue) throw new Error(`No process of this fleet has the queue ${name}.`)
    return queue
  }

  async function restoreQueue(name: string, jobs: readonly StateJob[]): Promise<number> {
    const lost: StateJob[] = []
    for (const [index, standing] of (await standingOf(name, jobs)).entries()) {
      const job = jobs[index]
      if (!job || standing === 'present') continue
      // An ended job's id would make BullMQ ignore the new one.
      if (standing === 'ended') await queueOf(name).remove(jobId(job))
      lost.push(job)
    }
    const nowhere = await notIn((familyOf.get(name) ?? []).slice(1), lost)
    if (nowhere.length > 0) await queueOf(name).addBulk(nowhere.map(toBullJob))
    return nowhere.length
  }

  async function notIn(earlier: readonly string[], jobs: readonly StateJob[]): Promise<readonly StateJob[]> {
    let left = jobs
    for (const name of earlier) {
      if (left.length === 0) break
      const standings = await standingOf(name, left)
      left = left.filter((_job, index) => standings[index] !== 'present')
    }
    return left
  }

  /** One pipeline per queue: a Cluster pipeline may not span hash slots. */
  async function standingOf(queue: string, jobs: readonly StateJob[]): Promise<('present' | 'ended' | 'missing')[]> {
    const pipeline = connection.pipeline()
    for (const job of jobs) {
      pipeline.exists(queueKey({ namespace, queue, part: jobId(job) }))
      pipeline.zscore(queueKey({ namespace, queue, part: 'completed' }), jobId(job))
      pipeline.zscore(queueKey({ namespace, queue, part: 'failed' }), jobId(job))
    }
    const answers = (await pipeline.exec()) ?? []
    return jobs.map((_job, index) => {
      const [exists, completed, failed] = answers.slice(index * 3, index * 3 + 3).map(replyValue)
      if (exists !== 1) return 'missing'
      return completed === null && failed === null ? 'present' : 'ended'
    })
  }
}

async function promote(job: Job): Promise<void> {
  if (!(await job.isDelayed())) return
  try {
    await job.promote()
  } catch (error) {
    // A worker was faster, or somebody else who woke it.
    if (await job.isDelayed()) throw error
  }
}

function replyValue([error, value]: [Error | null, unknown]): unknown {
  if (error) throw error
  return value
}

function openQueue({ connection, namespace, name }: { connection: RedisConnection; namespace: string; name: string }): Queue {
  const queue = new Queue(name, {
    connection,
    prefix: queuePrefix(namespace, name),
    defaultJobOptions: JOB_OPTIONS,
    // Otherwise the first call waits, without end, for a Redis that was away when this process started.
    skipWaitingForReady: true,
    skipVersionCheck: true,
  })
  // Whoever opened the connection hears of its errors; here each of them would be printed once per queue.
  queue.on('error', () => undefined)
  return queue
}

/** Does it for every queue, and rejects only then, with the first queue's error. */
async function eachQueue<T>(jobs: readonly StateJob[], work: (queue: string, some: readonly StateJob[]) => Promise<T>): Promise<T[]> {
  const queues = [...Map.groupBy(jobs, queueName)]
  const results = await Promise.allSettled(queues.map(async ([queue, some]) => work(queue, some)))
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}

function toBullJob(job: StateJob): { name: string; data: JobData; opts: { jobId: string; priority: number; delay?: number } } {
  return {
    name: job.state,
    data: { uuid: job.uuid, version: job.version, ...(job.again === true && { again: true }) },
    opts: { jobId: jobId(job), priority: job.priority, ...(job.delayMs > 0 && { delay: Math.ceil(job.delayMs) }) },
  }
}

/** All that a job carries: ids, never data. */
export interface JobData {
  readonly uuid: string
  readonly version: number
  /** The run may have been worked in this state before. */
  readonly again?: true
  /** How many looks found nothing so far. */
  readonly looks?: number
  /** How often it was handed out without a handler being called: at a closed gate, in an outage. */
  readonly untried?: number
}
