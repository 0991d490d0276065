// The baseline: the same five queues chained by hand, without a ledger, a history or any guarantee beyond BullMQ's own.
import { createIds, JOB_OPTIONS, systemClock } from '@rollcall/engine'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { runContender } from './contender.ts'
import { fiveStates } from './five-states.ts'

const STATES = Object.entries(fiveStates.states).map(([state, { worker }]) => ({ name: `bare.${state}`, worker }))
const SEED_CHUNK = 1_000

const prefixOf = (name: string) => `{${name}}`

await runContender({
  async seed({ redisUrl, runs }) {
    const connection = new Redis(redisUrl)
    const [first] = STATES
    if (!first) throw new Error('There is no state to start in.')
    const queue = new Queue(first.name, { connection, prefix: prefixOf(first.name), defaultJobOptions: JOB_OPTIONS })
    // Its jobs are of the size of ours.
    const newId = createIds(systemClock)
    const jobs = Array.from({ length: runs }, newId).map((uuid) => ({
      name: first.name,
      data: { uuid, version: 1 },
      opts: { jobId: `${uuid}-1`, priority: 1 },
    }))
    for (let at = 0; at < jobs.length; at += SEED_CHUNK) await queue.addBulk(jobs.slice(at, at + SEED_CHUNK))
    await queue.close()
    await connection.quit()
  },

  async prepare({ redisUrl, runs, jobsPerQueue, workers: own }) {
    const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
    const queues = STATES.map(({ name }) => new Queue(name, { connection, prefix: prefixOf(name), defaultJobOptions: JOB_OPTIONS }))
    const finished = Promise.withResolvers<void>()
    let completed = 0
    const workers = STATES.flatMap(({ name, worker }, index) =>
      own.includes(worker)
        ? new Worker(
            name,
            async (job) => {
              const next = queues[index + 1]
              if (next)
                await next.add(
                  next.name,
                  { uuid: job.data.uuid, version: index + 2 },
                  { jobId: `${job.data.uuid}-${index + 2}`, priority: 1 },
                )
              else completed += 1
              if (completed === runs) finished.resolve()
            },
            { connection, prefix: prefixOf(name), concurrency: jobsPerQueue, autorun: false },
          )
        : [],
    )
    return {
      async work() {
        for (const worker of workers) void worker.run()
        await finished.promise
      },
      async stop() {
        await Promise.all(workers.map((worker) => worker.close()))
        await Promise.all(queues.map((queue) => queue.close()))
        await connection.quit()
      },
    }
  },
})
