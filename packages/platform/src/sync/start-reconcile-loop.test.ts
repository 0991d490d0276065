import { RECONCILE_LEASE } from '@rollcall/engine'
import { createInMemoryGate, createInMemoryQueue, createVirtualClock } from '@rollcall/engine/testing'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { captureLogs } from '../test-support/capture-logs.ts'
import { createMemoryDatabase } from '../test-support/memory-database.ts'
import { testRedis } from '../testing/index.ts'
import { startReconcileLoop } from './start-reconcile-loop.ts'

const redis = testRedis()
let connection: Redis
beforeEach(() => {
  connection = new Redis(redis.url)
})
afterEach(() => connection.disconnect())

test('a reconciler that stops in good order leaves its lease to the next one at once', async () => {
  const clock = createVirtualClock()
  const database = createMemoryDatabase(clock)
  const passed = Promise.withResolvers<void>()
  const loop = startReconcileLoop(
    {
      clock,
      database,
      dispatcher: createInMemoryQueue(clock),
      gate: createInMemoryGate(),
      instance: 'one',
      logger: captureLogs().logger,
      notify: ({ kind }) => kind === 'reconciled' && passed.resolve(),
      processes: [],
      store: { connection, namespace: 'test' },
    },
    1,
  )
  await passed.promise
  const another = () => database.leases.acquire({ name: RECONCILE_LEASE, holder: 'two', forMs: 60_000 })
  expect(await another()).toBe(false)
  await loop.stop()
  expect(await another()).toBe(true)
})
