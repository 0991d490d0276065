import { queuePrefix } from '@rollcall/engine'
import { createVirtualClock } from '@rollcall/engine/testing'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMetrics } from '../create-metrics.ts'
import { captureLogs } from '../test-support/capture-logs.ts'
import { testRedis } from '../testing/index.ts'
import { createSilenceLook } from './start-silence-watch.ts'

const redis = testRedis()
const NAME = 'canary.CANARY_POLL'
let connection: Redis
let queue: Queue
beforeEach(async () => {
  connection = new Redis(redis.url)
  await connection.flushall()
  queue = new Queue(NAME, { connection, prefix: queuePrefix('test', NAME) })
})
afterEach(async () => {
  await queue.close()
  connection.disconnect()
})

function watch() {
  const clock = createVirtualClock(Date.now())
  const logs = captureLogs()
  const replaceWorkers = vi.fn()
  const onHopeless = vi.fn()
  const signs = { count: 0 }
  const look = createSilenceLook({
    connection,
    namespace: 'test',
    queues: [NAME],
    signsOf: () => signs.count,
    hasFreeHands: () => true,
    replaceWorkers,
    onHopeless,
    clock,
    logger: logs.logger,
    metrics: createMetrics({ app: 'test', processMetrics: false }),
  })
  const looks = async (count: number) => {
    for (let made = 0; made < count; made += 1) {
      clock.moveTo(clock.now() + 15_000)
      await look()
    }
  }
  return { ...logs, clock, looks, onHopeless, replaceWorkers, signs }
}

const job = (options: object = {}) => queue.add('CANARY_POLL', {}, { priority: 1, ...options })

test('replaces workers that leave a waiting job alone for four looks', async () => {
  const { lines, looks, replaceWorkers } = watch()
  await job()
  await looks(3)
  expect(replaceWorkers).not.toHaveBeenCalled()
  await looks(1)
  expect(replaceWorkers).toHaveBeenCalledOnce()
  expect(lines).toMatchObject([{ level: 'error', queues: [NAME] }])
})

test('counts a delayed job that nobody promotes', async () => {
  const { looks, replaceWorkers } = watch()
  await job({ delay: 1_000 })
  await looks(5)
  expect(replaceWorkers).toHaveBeenCalledOnce()
})

test('does not count jobs that are not due yet', async () => {
  const { looks, replaceWorkers } = watch()
  await job({ delay: 3_600_000 })
  await looks(10)
  expect(replaceWorkers).not.toHaveBeenCalled()
})

test('leaves a queue alone that an operator has paused', async () => {
  const { looks, replaceWorkers } = watch()
  await job()
  await queue.pause()
  await looks(10)
  expect(replaceWorkers).not.toHaveBeenCalled()
})

test('gives the process up when replaced workers fall silent again', async () => {
  const { looks, onHopeless, replaceWorkers } = watch()
  await job()
  await looks(8)
  expect(replaceWorkers).toHaveBeenCalledOnce()
  expect(onHopeless).toHaveBeenCalledExactlyOnceWith(
    new Error('The workers of this process fell silent again soon after they were replaced.'),
  )
})

test('tries replacing again when the last time is long ago', async () => {
  const { clock, looks, onHopeless, replaceWorkers, signs } = watch()
  await job()
  await looks(4)
  signs.count += 1
  clock.moveTo(clock.now() + 600_000)
  await looks(4)
  expect(replaceWorkers).toHaveBeenCalledTimes(2)
  expect(onHopeless).not.toHaveBeenCalled()
})

test('begins counting again after Redis was away', async () => {
  const { looks, replaceWorkers } = watch()
  await job()
  await looks(3)
  await connection.quit()
  await expect(looks(1)).rejects.toThrow()
  await connection.connect()
  await looks(3)
  expect(replaceWorkers).not.toHaveBeenCalled()
})
