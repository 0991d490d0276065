// The queue of a name that a state had in an earlier release: its jobs are worked until it is empty, and seen for as long.
import { randomUUID } from 'node:crypto'
import { type BullDispatcher, createDispatcher, type RedisConnection } from '@rollcall/engine'
import { connectRedis, createLogger, disconnectRedis } from '@rollcall/platform'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { drill } from '../test-support/drill.ts'
import { startTestDashboard, type TestDashboard } from '../test-support/start-test-dashboard.ts'

const before = { ...drill, states: { ...drill.states, BORE: drill.states.DRILL } }
const today = { ...drill, renamed: { BORE: 'DRILL' } }
const job = { process: 'drill', state: 'BORE', uuid: '0199a1f4-5c00-7000-8000-00000000a001', version: 1, priority: 1, delayMs: 0 }

const redis = testRedis()
let connection: RedisConnection
let earlier: BullDispatcher
let dispatcher: BullDispatcher
let test: TestDashboard
beforeEach(async () => {
  connection = connectRedis({ url: redis.url, role: 'producer', logger: createLogger({ app: 'drill', level: 'silent' }) })
  const fleet = { connection, namespace: `test-${randomUUID()}` }
  earlier = createDispatcher({ ...fleet, processes: [before] })
  dispatcher = createDispatcher({ ...fleet, processes: [today] })
  test = await startTestDashboard({ redisUrl: redis.url, deps: { dispatcher, processes: [today] } })
})
afterEach(async () => {
  await test.close()
  await Promise.all([earlier.close(), dispatcher.close()])
  await disconnectRedis(connection)
})

interface ShownQueue {
  readonly name: string
  readonly readOnlyMode: boolean
  readonly jobs: readonly unknown[]
}

async function shown(): Promise<readonly ShownQueue[]> {
  const operator = await test.loggedIn('operator')
  return (await operator.call('GET', '/queues/api/queues?activeQueue=drill.BORE&status=latest')).json().queues
}

it('is shown while it holds jobs, and to be looked at only', async () => {
  const names = async () => (await shown()).map(({ name }) => name).toSorted()
  expect(await names()).toEqual(['drill.DRILL', 'drill.MARK'])
  await earlier.enqueue([job])
  expect(await names()).toEqual(['drill.BORE', 'drill.DRILL', 'drill.MARK'])
  const queue = (await shown()).find(({ name }) => name === 'drill.BORE')
  expect(queue).toMatchObject({ readOnlyMode: true, jobs: [{ id: `${job.uuid}-1`, data: { uuid: job.uuid, version: 1 } }] })
  await earlier.queues.get('drill.BORE')?.drain()
  expect(await names()).toEqual(['drill.DRILL', 'drill.MARK'])
})

it('gives no job back to be retried: the run is replayed on its page, under today’s name', async () => {
  await earlier.enqueue([job])
  const operator = await test.loggedIn('operator')
  const answer = await operator.call('PUT', `/queues/api/queues/drill.BORE/${job.uuid}-1/retry`)
  expect([answer.status, answer.json()]).toEqual([405, { error: { key: 'ERRORS.QUEUE_READ_ONLY' } }])
  expect((await operator.call('PUT', '/queues/api/queues/drill.BORE/retry/failed')).status).toBe(404)
  expect(await earlier.queues.get('drill.BORE')?.getPrioritizedCount()).toBe(1)
})
