import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { captureLogs } from '../test-support/capture-logs.ts'
import { testRedis } from '../testing/index.ts'
import { markSilent, readFleetHealth, unmarkSilent } from './fleet-health.ts'
import { type Heartbeat, listHeartbeats, removeHeartbeat, writeHeartbeat } from './heartbeats.ts'
import { startHeartbeat } from './start-heartbeat.ts'

const redis = testRedis()
let connection: Redis
beforeAll(() => {
  connection = new Redis(redis.url)
})
afterAll(() => connection.disconnect())
beforeEach(() => connection.flushall())

const AT = Date.UTC(2026, 8, 1, 8)
const store = () => ({ connection, namespace: 'test' })

function heartbeat(worker: Heartbeat['worker'], instance = 'a'): Heartbeat {
  return { worker, instance, at: AT, startedAt: AT - 60_000, jobsInHand: 2, loopLagMs: 1 }
}

describe('heartbeats', () => {
  test('are listed by worker and instance until they expire', async () => {
    for (const beat of [heartbeat('poll', 'b'), heartbeat('create'), heartbeat('poll', 'a')]) await writeHeartbeat(store(), beat)
    expect(await listHeartbeats(store())).toEqual([heartbeat('create'), heartbeat('poll', 'a'), heartbeat('poll', 'b')])
    const [key] = await connection.keys('*heartbeat:create:a')
    expect(await connection.pttl(key ?? '')).toBeGreaterThan(15_000)
    await connection.del(key ?? '')
    expect(await listHeartbeats(store())).toEqual([heartbeat('poll', 'a'), heartbeat('poll', 'b')])
  })

  test('of other fleets on the same Redis are not seen', async () => {
    await writeHeartbeat({ connection, namespace: 'other' }, heartbeat('create'))
    expect(await listHeartbeats(store())).toEqual([])
  })

  test('go with the worker that ends in good order', async () => {
    await writeHeartbeat(store(), heartbeat('create'))
    await removeHeartbeat(store(), heartbeat('create'))
    expect(await connection.keys('*')).toEqual([])
  })

  test('of long ago leave the index', async () => {
    await writeHeartbeat(store(), heartbeat('create', 'old'))
    await writeHeartbeat(store(), { ...heartbeat('create', 'new'), at: AT + 3_600_001 })
    expect(await connection.zrange('{test}:heartbeats', 0, '-1')).toEqual(['create:new'])
  })

  test('begin at once, say how many jobs are in hand, and end with the worker', async () => {
    const { logger } = captureLogs()
    const subscriber = connection.duplicate()
    await connection.config('SET', 'notify-keyspace-events', 'K$')
    const beaten = new Promise<void>((resolve) => subscriber.on('pmessage', () => resolve()))
    await subscriber.psubscribe('__keyspace@0__:*heartbeat:*')
    const beating = startHeartbeat({ ...store(), worker: 'poll', instance: 'a', jobsInHand: () => 7, clock: { now: () => AT }, logger })
    await beaten
    subscriber.disconnect()
    expect(await listHeartbeats(store())).toEqual([{ ...heartbeat('poll'), startedAt: AT, jobsInHand: 7, loopLagMs: expect.any(Number) }])
    await beating.stop()
    expect(await listHeartbeats(store())).toEqual([])
  })
})

describe('fleet health', () => {
  test('is ok while every expected worker beats and the canary is on its way', async () => {
    await writeHeartbeat(store(), heartbeat('create'))
    await writeHeartbeat(store(), heartbeat('sync'))
    expect(await readFleetHealth(store(), ['create', 'sync'])).toMatchObject({ status: 'ok', silent: null, missing: [] })
  })

  test('is degraded by a worker of which no process beats', async () => {
    await writeHeartbeat(store(), heartbeat('create'))
    expect(await readFleetHealth(store(), ['create', 'poll', 'sync'])).toMatchObject({ status: 'degraded', missing: ['poll', 'sync'] })
  })

  test('is degraded by a worker that beats and takes no jobs', async () => {
    const silent = { worker: 'poll', state: 'CANARY_POLL', since: AT } as const
    await writeHeartbeat(store(), heartbeat('poll'))
    await markSilent(store(), silent)
    expect(await readFleetHealth(store(), ['poll'])).toMatchObject({ status: 'degraded', silent, missing: [] })
    await unmarkSilent(store())
    expect(await readFleetHealth(store(), ['poll'])).toMatchObject({ status: 'ok' })
  })

  test('forgets a silent worker when nobody watches any more', async () => {
    await markSilent(store(), { worker: 'poll', state: 'CANARY_POLL', since: AT })
    expect(await connection.pttl('{test}:silent')).toBeGreaterThan(60_000)
  })
})
