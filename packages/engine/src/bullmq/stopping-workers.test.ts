import { setTimeout as elapsed } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Fleet } from '../test-support/create-fleet.ts'
import type { Shop, ShopState } from '../test-support/create-shop.ts'
import { HAPPY_TRAIL, openShop, queueOf } from '../test-support/open-shop.ts'
import { eventually, testRedis } from '../test-support/real-redis.ts'
import { shopping } from '../test-support/shopping.ts'

const redis = testRedis()

/** Keeps the next call of this state in hand until it is released. @returns `begun`: once it is there */
function holdUp(shop: Shop, state: ShopState): { readonly begun: Promise<void>; readonly release: () => void } {
  const { promise: finish, resolve: release } = Promise.withResolvers<void>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  shop.before(state, () => {
    begin()
    return finish
  })
  return { begun, release }
}

describe('workers that are stopped', () => {
  test('finish the work that is under way, and take no more', async () => {
    const { fleet, shop } = await openShop({ redis })
    const { begun, release } = holdUp(shop, 'RESERVE')
    const workers = fleet.workers()
    workers.start()
    const { uuid } = await fleet.begin(shopping, { customer: 'c1' })
    await begun
    const stopped = workers.stop(10_000)
    const later = await fleet.begin(shopping, { customer: 'c2' })
    release()
    expect(await stopped).toBe(true)
    expect(fleet.ledger.run(uuid).state).toBe('ORDER')
    expect(fleet.ledger.run(later.uuid).state).toBe('RESERVE')
    fleet.workers().start()
    await Promise.all([fleet.ended(uuid), fleet.ended(later.uuid)])
  })

  test('tell handlers to let go before their time is up; the jobs are free at once, and no attempt is spent', async () => {
    const { fleet, shop } = await openShop({ redis })
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    shop.before('RESERVE', (signal) => {
      begin()
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('told to stop'))))
    })
    const workers = fleet.workers()
    workers.start()
    const { uuid } = await fleet.begin(shopping, { customer: 'c1' })
    await begun
    expect(await workers.stop(600)).toBe(true)
    expect(await queueOf(fleet, 'RESERVE').getJobCounts()).toMatchObject({ active: 0, failed: 0 })
    expect(fleet.ledger.run(uuid)).toMatchObject({ state: 'RESERVE', attempt: 0 })
    fleet.workers().start()
    expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED' })
    expect(shop.seen.RESERVE.map(({ attempt, isFirstTry }) => [attempt, isFirstTry])).toEqual([
      [0, true],
      [0, false],
    ])
  })

  test('do not wait longer than they may for a handler that does not listen', async () => {
    const { fleet, shop } = await openShop({ redis })
    const { begun, release } = holdUp(shop, 'RESERVE')
    const workers = fleet.workers()
    workers.start()
    await fleet.begin(shopping, { customer: 'c1' })
    await begun
    // A timer of this process: a busy machine holds it up as long as what it bounds.
    expect(await Promise.race([workers.stop(300), elapsed(1_000)])).toBe(false)
    release()
  })

  test('put back what was taken but not begun', async () => {
    const { fleet, shop } = await openShop({ redis })
    const { begun, release } = holdUp(shop, 'RESERVE')
    const workers = fleet.workers({ concurrency: 1 })
    workers.start()
    const first = await fleet.begin(shopping, { customer: 'c1' })
    await begun
    const second = await fleet.ledger.accept(anOrder(fleet.ledger.run(first.uuid)))
    await fleet.dispatcher.enqueue([{ process: 'shopping', state: 'STORE', uuid: 'second', version: 1, priority: 1, delayMs: 0 }])
    await eventually(async () => ((await queueOf(fleet, 'STORE').getActiveCount()) === 1 ? true : undefined))
    const stopped = workers.stop(5_000)
    release()
    expect(await stopped).toBe(true)
    expect(second.kind).toBe('accepted')
    expect(shop.seen.STORE).toEqual([])
    expect(await queueOf(fleet, 'STORE').getJobCounts()).toMatchObject({ active: 0, failed: 0, completed: 0 })
  })
})

/** Another run, that stands in STORE. */
function anOrder(like: { readonly groupUuid: string }) {
  const run = {
    ...{ uuid: 'second', groupUuid: like.groupUuid, process: 'shopping', type: 'BUY', state: 'STORE', input: { customer: 'c2' } },
    ...{ liveKey: 'shopping:c2', priority: 1, subjectId: 'c2', subjectName: null, scopeId: null, requestedBy: 't', createdAt: 0, dueAt: 0 },
  }
  return { groupUuid: like.groupUuid, request: null, runs: [run] }
}

describe('workers that are paused', () => {
  const begin = ({ fleet }: { fleet: Fleet }, customers: readonly string[]) =>
    Promise.all(customers.map((customer) => fleet.begin(shopping, { customer })))

  test('work no job, not even the one that comes while they wait for one, and go on when they may', async () => {
    const opened = await openShop({ redis })
    const { fleet, trail } = opened
    const workers = fleet.workers()
    workers.start()
    const [first] = await begin(opened, ['first'])
    await fleet.ended(first?.uuid ?? '')
    workers.setPaused(true)
    const runs = await begin(opened, ['c1', 'c2', 'c3', 'c4', 'c5'])
    // The worker was waiting for a job just then: it has to put that one aside.
    await eventually(async () => {
      const { active, delayed } = await queueOf(fleet, 'RESERVE').getJobCounts()
      return active === 0 && delayed === 1 ? true : undefined
    })
    expect(await queueOf(fleet, 'RESERVE').getJobCounts()).toMatchObject({ prioritized: 4, delayed: 1 })
    expect(runs.flatMap(({ uuid }) => trail(uuid))).toEqual([])

    workers.setPaused(false)
    for (const { uuid } of runs) expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED' })
    expect(runs.map(({ uuid }) => trail(uuid))).toEqual(runs.map(() => HAPPY_TRAIL))
    expect(fleet.errors).toEqual([])
  })

  test('finish what they have in hand', async () => {
    const { fleet, shop } = await openShop({ redis })
    const workers = fleet.workers()
    const { begun, release } = holdUp(shop, 'ORDER')
    workers.start()
    const { uuid } = await fleet.begin(shopping, { customer: 'c1' })
    await begun
    workers.setPaused(true)
    release()
    await fleet.told((notice) => notice.kind === 'advanced' && notice.run.state === 'ORDER')
    expect(fleet.ledger.run(uuid)).toMatchObject({ state: 'POLL_ORDER' })
    workers.setPaused(false)
    expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED' })
  })

  test('may be so from the start', async () => {
    const opened = await openShop({ redis })
    const { fleet, trail } = opened
    const workers = fleet.workers()
    workers.setPaused(true)
    workers.start()
    const runs = await begin(opened, ['c1', 'c2'])
    expect(await queueOf(fleet, 'RESERVE').getJobCounts()).toMatchObject({ prioritized: 2 })
    expect(runs.flatMap(({ uuid }) => trail(uuid))).toEqual([])
    workers.setPaused(false)
    for (const { uuid } of runs) expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED' })
  })
})
