import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { CodedError, createDispatcher } from '@rollcall/engine'
import { connectRedis, createLogger, disconnectRedis, redisReady } from '@rollcall/platform'
import { testRedis } from '@rollcall/platform/testing'
import type { Queue } from 'bullmq'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drill } from '../test-support/drill.ts'
import { LedgerQueueAdapter, MOST_JOBS } from './ledger-queue-adapter.ts'

const redis = testRedis()
let queue: Queue
let close: () => Promise<void>
beforeAll(async () => {
  const connection = connectRedis({ url: redis.url, role: 'producer', logger: createLogger({ app: 'test', level: 'silent' }) })
  await redisReady(connection, 5_000)
  const dispatcher = createDispatcher({ connection, namespace: 'adapter', processes: [drill] })
  await dispatcher.enqueue([{ process: 'drill', state: 'MARK', uuid: 'a', version: 1, priority: 1, delayMs: 60_000 }])
  const found = dispatcher.queues.get('drill.MARK')
  if (!found) throw new Error('The drill has no queue.')
  queue = found
  close = async () => {
    await dispatcher.close()
    await disconnectRedis(connection)
  }
})
afterAll(() => close())

const LOOKS = [
  ...['constructor', 'getDescription', 'getDisplayName', 'getJobDataSchema', 'setFormatter', 'format', 'setVisibilityGuard', 'isVisible'],
  ...['getRedisInfo', 'resolveRedisClient', 'getDatastoreStats', 'hasPausedState', 'getName', 'getWorkers', 'normalizeWorkers', 'getJob'],
  ...['getJobs', 'getJobCounts', 'getJobLogs', 'getMetrics', 'isPaused', 'getArmedJobSchedulerId', 'getJobSchedulers', 'getSchedulerRuns'],
  ...['getJobSchedulersCount', 'supportsJobSchedulerUpdate', 'supportsJobSchedulerRun', 'findLastRunId', 'schedulerRunId', 'getStatuses'],
  ...['getJobStatuses', 'getClient', 'getFlowProducer', 'getQueuePrefix', 'getQueueName', 'getQueueQualifiedName', 'getQueueKey'],
  ...['getGlobalConcurrency', 'supportsGlobalRateLimit', 'getConfiguredRateLimit', 'getActiveRateLimitTtl', 'getQueueDefaultJobOptions'],
]

describe('the adapter', () => {
  const base = Object.getPrototypeOf(BullMQAdapter.prototype)
  const methods = [...new Set([...Object.getOwnPropertyNames(BullMQAdapter.prototype), ...Object.getOwnPropertyNames(base)])]
  const others = methods.filter((name) => !LOOKS.includes(name))

  it('knows every method of Bull Board’s own: one that is new fails here until somebody has judged it', () => {
    expect(others.toSorted()).toEqual([
      ...['addJob', 'clean', 'empty', 'obliterate', 'pause', 'promoteAll', 'releaseActiveRateLimit', 'removeConfiguredRateLimit'],
      ...['removeJobScheduler', 'resume', 'runJobSchedulerNow', 'setConfiguredRateLimit', 'setGlobalConcurrency', 'updateJobScheduler'],
    ])
  })

  it.each(others)('refuses %s, whatever route came to it', async (name) => {
    for (const retry of [null, async () => undefined]) {
      const adapter = new LedgerQueueAdapter({ queue, retry })
      const call: unknown = Reflect.get(adapter, name)
      if (typeof call !== 'function') throw new Error(`${name} is no method.`)
      await expect(call.call(adapter, 'a-1', {}, {})).rejects.toThrow('Rollcall does not do this from Bull Board.')
    }
    expect(await queue.getJobCounts()).toMatchObject({ delayed: 1 })
  })

  it.each(['promote', 'remove', 'updateData', 'changeDelay', 'changePriority', 'removeUnprocessedChildren'] as const)(
    'hands out jobs that refuse %s',
    async (name) => {
      const adapter = new LedgerQueueAdapter({ queue, retry: async () => undefined })
      for (const job of [await adapter.getJob('a-1'), ...(await adapter.getJobs(['delayed']))]) {
        const call: (...args: never[]) => Promise<unknown> = Reflect.get(job ?? {}, name)
        await expect(call()).rejects.toBeInstanceOf(CodedError)
      }
      expect(await queue.getJobCounts()).toMatchObject({ delayed: 1 })
    },
  )

  it('brings two hundred jobs at most, however many are asked for', async () => {
    const many = Array.from({ length: MOST_JOBS + 5 }, (_, index) => ({ name: 'waits', data: {}, opts: { jobId: `many-${index}` } }))
    await queue.addBulk(many)
    const adapter = new LedgerQueueAdapter({ queue, retry: null })
    for (const end of [undefined, -1, 1_000_000]) expect(await adapter.getJobs(['waiting'], 0, end), String(end)).toHaveLength(MOST_JOBS)
    expect(await adapter.getJobs(['waiting'], MOST_JOBS, 1_000_000)).toHaveLength(5)
    expect(await adapter.getJobs(['waiting'], 0, 9)).toHaveLength(10)
  })

  it('hands out jobs that refuse a retry to those who may only look', async () => {
    const job = await new LedgerQueueAdapter({ queue, retry: null }).getJob('a-1')
    await expect(job?.retry()).rejects.toThrow('Rollcall does not do this from Bull Board.')
  })
})
