import { setTimeout as elapsed } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createFleet } from '../test-support/create-fleet.ts'
import { createShop } from '../test-support/create-shop.ts'
import { connectTo, eventually, ready, testRedis } from '../test-support/real-redis.ts'
import { shopping } from '../test-support/shopping.ts'
import { LOCK_MS, queueKey, STALLED_CHECK_MS } from './queue-settings.ts'

const redis = testRedis()

test('a lost lock fires the signal; the handler may stop without blame, another worker takes over, and one of them counts', async () => {
  const { shop, handlers } = createShop()
  const fleet = await createFleet({ redis, handlers })
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const { promise: fired, resolve: fire } = Promise.withResolvers<unknown>()
  shop.before('ORDER', async (signal) => {
    begin()
    // Nothing else ends this try: the time limit of the state is a minute.
    await elapsed(60_000, undefined, { signal }).catch(() => fire(signal.reason))
    signal.throwIfAborted()
  })
  fleet.workers().start()
  const { uuid } = await fleet.begin(shopping, { customer: 'c1' })
  await begun

  const connection = await ready(connectTo(redis))
  const lock = queueKey({ namespace: fleet.namespace, queue: 'shopping.ORDER', part: `${uuid}-2:lock` })
  expect(await connection.del(lock)).toBe(1)
  const lostAt = performance.now()
  expect(await fired).toBe('the lock on this job was lost')
  expect(performance.now() - lostAt).toBeLessThan(LOCK_MS)

  expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED' })
  expect(performance.now() - lostAt).toBeLessThan(LOCK_MS + 3 * STALLED_CHECK_MS)
  expect(fleet.ledger.history(uuid).map(({ state, status, attempt }) => [state, status, attempt])).toEqual([
    ['RESERVE', 'success', 0],
    ['ORDER', 'success', 0],
    ['POLL_ORDER', 'success', 0],
    ['STORE', 'success', 0],
  ])
  expect(shop.seen.ORDER).toMatchObject([
    { isFirstTry: true, attempt: 0 },
    { isFirstTry: false, attempt: 0 },
  ])
  expect(await eventually(() => fleet.dispatcher.queues.get('shopping.ORDER')?.getJob(`${uuid}-2`))).toMatchObject({ stalledCounter: 1 })
})
