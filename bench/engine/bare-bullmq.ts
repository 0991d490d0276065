// The baseline: the same five queues chained by hand, without a ledger, a history or any guarantee beyond BullMQ's own.
import { JOB_OPTIONS } from '@rollcall/engine'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { measure, readContenderEnv, report } from './measure.ts'

const { redisUrl, runs, jobsInHand } = readContenderEnv()
const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
const names = ['ONE', 'TWO', 'THREE', 'FOUR', 'FIVE'].map((state) => `bare.${state}`)
const queues = names.map((name) => new Queue(name, { connection, prefix: `{${name}}`, defaultJobOptions: JOB_OPTIONS }))

let completed = 0
const finished = Promise.withResolvers<void>()
const workers = names.map(
  (name, index) =>
    new Worker(
      name,
      async (job) => {
        const next = queues[index + 1]
        if (next) await next.add(name, job.data, { jobId: `${job.data.uuid}-${index + 2}`, priority: 1 })
        else completed += 1
        if (completed === runs) finished.resolve()
      },
      { connection, prefix: `{${name}}`, concurrency: jobsInHand / names.length, autorun: false },
    ),
)

const jobs = Array.from({ length: runs }, (_, index) => ({
  name: 'bare',
  data: { uuid: `run-${index}`, version: 1 },
  opts: { jobId: `run-${index}-1`, priority: 1 },
}))
for (let at = 0; at < jobs.length; at += 1_000) await queues[0]?.addBulk(jobs.slice(at, at + 1_000))

const measured = await measure({
  runs,
  work: async () => {
    for (const worker of workers) void worker.run()
    await finished.promise
  },
})
await Promise.all(workers.map((worker) => worker.close()))
await Promise.all(queues.map((queue) => queue.close()))
await connection.quit()
report(measured)
