import { describe, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { engineErrors, TerminalError, TransientError } from '../errors.ts'
import { cancelRun } from '../operations/cancel-run.ts'
import { createReconcile, createStateToday } from '../reconcile.ts'
import { HAPPY_TRAIL, openShop, queueOf } from '../test-support/open-shop.ts'
import { connectTo, eventually, everythingIn, ready, testRedis } from '../test-support/real-redis.ts'
import { shopping } from '../test-support/shopping.ts'
import { createInMemoryClosures } from '../testing/in-memory-closures.ts'
import { createInMemoryGate } from '../testing/in-memory-gate.ts'
import { createInMemoryLeases } from '../testing/in-memory-leases.ts'
import { createDispatcher } from './create-dispatcher.ts'

const redis = testRedis()

describe('workers', () => {
  test('carry runs through all their queues to the end, and leave nothing behind that is under way', async () => {
    const { fleet, shop, trail } = await openShop({ redis })
    const workers = fleet.workers()
    workers.start()
    const runs = await Promise.all(Array.from({ length: 20 }, (_, index) => fleet.begin(shopping, { customer: `c${index}` })))
    for (const { uuid } of runs) {
      expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED', completion: 'full' })
      expect(trail(uuid)).toEqual(HAPPY_TRAIL)
    }
    expect(shop.effects.filter((effect) => effect.startsWith('order'))).toHaveLength(20)
    expect(await workers.stop(5_000)).toBe(true)
    expect(await queueOf(fleet, 'STORE').getJobCounts()).toMatchObject({ active: 0, waiting: 0, delayed: 0, completed: 20, failed: 0 })
    expect(fleet.errors).toEqual([])
  })

  test('are one for each state that the app works', async () => {
    const { fleet, handlers } = await openShop({ redis })
    expect(fleet.workers({ handlers: handlers.filter(({ worker }) => worker === 'create') }).queues).toEqual([
      'shopping.ORDER',
      'shopping.UNDO_ORDER',
    ])
  })

  test('let a job wait for its next look without spending an attempt, and count the looks', async () => {
    const { fleet, shop } = await openShop({ redis, looksInVain: 1 })
    fleet.workers().start()
    const { uuid } = await fleet.begin(shopping, { customer: 'c1' })
    await fleet.ended(uuid)
    expect(shop.seen.POLL_ORDER).toHaveLength(2)
    const [looks, success] = fleet.ledger.history(uuid).filter(({ state }) => state === 'POLL_ORDER')
    expect(looks).toMatchObject({ status: 'not_yet', count: shop.seen.POLL_ORDER.length - 1, attempt: 0 })
    expect(success).toMatchObject({ status: 'success', attempt: 0 })
    const job = await eventually(async () => {
      const found = await queueOf(fleet, 'POLL_ORDER').getJob(`${uuid}-3`)
      return found?.finishedOn ? found : undefined
    })
    expect(job).toMatchObject({ attemptsMade: 1, data: { uuid, version: 3, looks: looks?.count } })
  })

  test('try again after a fault, by the count of the ledger', async () => {
    const { fleet, shop } = await openShop({ redis })
    shop.before('STORE', () => {
      throw new TransientError(engineErrors.UNEXPECTED_ERROR)
    })
    fleet.workers().start()
    const { uuid } = await fleet.begin(shopping, { customer: 'c1' })
    expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED' })
    expect(shop.seen.STORE.map(({ attempt, isFirstTry }) => [attempt, isFirstTry])).toEqual([
      [0, true],
      [1, false],
    ])
  })

  test('bound their work together, over all queues', async () => {
    const { fleet, shop } = await openShop({ redis })
    let atWork = 0
    let most = 0
    const busy = async () => {
      atWork += 1
      most = Math.max(most, atWork)
      await new Promise((resolve) => setImmediate(resolve))
      atWork -= 1
    }
    for (const state of ['RESERVE', 'ORDER', 'POLL_ORDER', 'STORE'] as const) shop.before(state, ...Array.from({ length: 30 }, () => busy))
    const runs = await Promise.all(Array.from({ length: 30 }, (_, index) => fleet.begin(shopping, { customer: `c${index}` })))
    fleet.workers({ concurrency: 3 }).start()
    for (const { uuid } of runs) await fleet.ended(uuid)
    expect(most).toBe(3)
  })

  test('work what the release before left in the queue of a state that had another name then', async () => {
    const { fleet, shop } = await openShop({ redis })
    const { uuid } = await fleet.begin(shopping, { customer: 'c1' })
    const run = { ...fleet.ledger.run(uuid), events: [] }
    await fleet.ledger.commit([
      {
        ...run,
        version: 2,
        expectedVersion: 1,
        expectedAttempt: null,
        state: 'PLACE_ORDER',
        result: { RESERVE: { number: 1 } },
        events: [],
      },
    ])
    const before = { ...shopping, states: { ...shopping.states, PLACE_ORDER: shopping.states.ORDER }, renamed: {} }
    const connection = await ready(connectTo(redis))
    const earlier = createDispatcher({ connection, namespace: fleet.namespace, processes: [before] })
    await earlier.enqueue([{ process: 'shopping', state: 'PLACE_ORDER', uuid, version: 2, priority: 1, delayMs: 0 }])
    await earlier.close()

    const workers = fleet.workers()
    workers.start()
    expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED', completion: 'full' })
    expect(shop.seen.ORDER).toHaveLength(1)
    expect(workers.queues).not.toContain('shopping.PLACE_ORDER')
  })

  test('cancel a run at once that waits for its next look', async () => {
    const { fleet, trail } = await openShop({ redis, lagMs: 3_600_000 })
    fleet.workers().start()
    const { uuid } = await fleet.begin(shopping, { customer: 'c1' })
    await fleet.told((notice) => notice.kind === 'waited' && notice.run.state === 'POLL_ORDER')
    const deps = { ...fleet, clock: systemClock, newId: () => crypto.randomUUID(), notify: () => undefined }
    await eventually(async () => ((await queueOf(fleet, 'POLL_ORDER').getDelayedCount()) === 1 ? true : undefined))
    await cancelRun({ uuid, actor: 'operator', reason: 'x' }, deps)
    expect(await fleet.ended(uuid)).toMatchObject({ state: 'CANCELLED' })
    expect(trail(uuid).slice(-3)).toEqual(['POLL_ORDER note', 'UNDO_ORDER success', 'UNDO_RESERVE success'])
  })
})

describe('a run that fails', () => {
  test('shows red with a code and its sentence; nothing else of the error, and nothing of the person, is in Redis', async () => {
    const { fleet, shop } = await openShop({ redis })
    shop.before('ORDER', () => {
      throw new TerminalError(engineErrors.RESULT_MISSING, 'Detail-of-the-error', { cause: new Error('Cause-of-the-error') })
    })
    fleet.workers().start()
    const { uuid } = await fleet.begin(shopping, { customer: 'Novak-Anna', note: 'Note-of-hers' })
    expect(await fleet.ended(uuid)).toMatchObject({ state: 'FAILED', errorCode: 'RESULT_MISSING' })

    const job = await eventually(async () => {
      const found = await queueOf(fleet, 'ORDER').getJob(`${uuid}-2`)
      return found?.failedReason ? found : undefined
    })
    expect(job.failedReason).toBe('RESULT_MISSING: An earlier state of this run left no result.')
    expect(job.stacktrace).toEqual([job.failedReason])
    const held = await everythingIn(await ready(connectTo(redis)))
    expect(held).toContain(uuid)
    for (const secret of ['Detail-of-the-error', 'Cause-of-the-error', 'Novak', 'Note-of-hers', 'create-shop.ts', 'reserve']) {
      expect(held).not.toContain(secret)
    }
  })

  test('for a defect of ours shows red too, without its words; it counts nothing, and reconcile revives it', async () => {
    const { fleet, shop } = await openShop({ redis })
    const { commit } = fleet.ledger
    shop.before('ORDER', () => {
      Object.assign(fleet.ledger, { commit: async () => Promise.reject(new Error('String or binary data would be truncated: Novak')) })
    })
    fleet.workers().start()
    const { uuid } = await fleet.begin(shopping, { customer: 'c1' })
    await fleet.told((notice) => notice.kind === 'unexpected' && notice.run?.uuid === uuid)
    const job = await eventually(async () => {
      const found = await queueOf(fleet, 'ORDER').getJob(`${uuid}-2`)
      return found?.failedReason ? found : undefined
    })
    expect(job.failedReason).toBe('UNEXPECTED_ERROR: The worker met an error that has no code of its own.')
    expect(await everythingIn(await ready(connectTo(redis)))).not.toContain('Novak')
    expect(fleet.ledger.run(uuid)).toMatchObject({ state: 'ORDER', version: 2, attempt: 0 })

    Object.assign(fleet.ledger, { commit })
    const restored = await fleet.dispatcher.restore([
      { process: 'shopping', state: 'ORDER', uuid, version: 2, priority: 1, delayMs: 0, again: true },
    ])
    expect(restored).toBe(1)
    expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED' })
    expect(shop.seen.ORDER.map(({ isFirstTry }) => isFirstTry)).toEqual([true, false])
  })
})

describe('after FLUSHALL', () => {
  test('in the middle of the work every run still ends, each effect done once', async () => {
    const { fleet, shop, trail } = await openShop({ redis, looksInVain: 1 })
    const connection = await ready(connectTo(redis))
    const reconcile = createReconcile({
      ...{ ledger: fleet.ledger, dispatcher: fleet.dispatcher, clock: systemClock, notify: () => undefined, instance: 'test' },
      ...{ leases: createInMemoryLeases(systemClock), closures: createInMemoryClosures(), gate: createInMemoryGate() },
      resources: ['shop'],
      stateToday: createStateToday([shopping]),
    })
    await reconcile()
    fleet.workers().start()
    const runs = await Promise.all(Array.from({ length: 12 }, (_, index) => fleet.begin(shopping, { customer: `c${index}` })))
    await fleet.told((notice) => notice.kind === 'waited' && notice.run.state === 'POLL_ORDER')
    await connection.flushall()
    expect(await reconcile()).toMatchObject({ flushed: true })
    for (const { uuid } of runs) {
      expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED', completion: 'full' })
      expect(trail(uuid).filter((line) => line.endsWith('success'))).toEqual(HAPPY_TRAIL)
    }
    expect(shop.effects.filter((effect) => effect.startsWith('order'))).toHaveLength(12)
  })
})
