// How runs come back that the queue forgot, or that a death or a defect left behind.
import { describe, expect, test } from 'vitest'
import { engineErrors } from './errors.ts'
import { createShopStory } from './test-support/create-shop-story.ts'
import { STORY_START } from './testing/virtual-clock.ts'

const MINUTE = 60_000
const HAPPY_TRAIL = ['RESERVE success', 'ORDER success', 'POLL_ORDER success', 'STORE success', 'COMPLETED full']

describe('reconcile', () => {
  test.each(['RESERVE', 'ORDER', 'POLL_ORDER', 'STORE'] as const)('brings a run back that the queue forgot in %s', async (state) => {
    const story = createShopStory()
    await story.reconcile()
    const uuid = await story.reach(state)
    story.queue.forget()
    await story.play({ forMs: 5_000 })
    expect(await story.reconcile()).toMatchObject({ flushed: true, restored: 1 })
    await story.play()
    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
    expect(story.shop.effects).toEqual(['reserve c1', 'order c1', 'store c1'])
    expect(story.shop.seen[state].map(({ isFirstTry }) => isFirstTry)).toEqual([false])
  })

  test('keeps the clock of a poll: what was waited before the flush is not waited again', async () => {
    const story = createShopStory({ lagMs: 9 * 3_600_000 })
    await story.reach('POLL_ORDER')
    await story.play({ forMs: 3_600_000 })
    story.queue.forget()
    await story.reconcile()
    await story.play()
    expect(story.clock.now() - STORY_START).toBe(2 * 3_600_000)
  })

  test('brings a single lost job back a minute after it was due', async () => {
    const story = createShopStory()
    await story.reconcile()
    const uuid = await story.reach('ORDER')
    story.queue.take(story.clock.now())
    await story.play({ forMs: MINUTE })
    expect(await story.reconcile()).toMatchObject({ restored: 0 })
    await story.play({ forMs: 1 })
    expect(await story.reconcile()).toMatchObject({ examined: 1, restored: 1 })
    await story.play()
    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
  })

  test('brings back the next job of a run whose worker died between commit and enqueue', async () => {
    const story = createShopStory()
    await story.reconcile()
    const uuid = await story.reach('POLL_ORDER')
    story.queue.take(Number.POSITIVE_INFINITY)
    await story.play({ forMs: 2 * MINUTE })
    await story.reconcile()
    await story.play()
    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
  })

  test('brings back a run that met a defect of the engine, which counted nothing', async () => {
    const story = createShopStory()
    await story.reconcile()
    const uuid = await story.reach('ORDER')
    const { append, commit } = story.ledger
    story.shop.before('ORDER', () => {
      // The ledger refuses whatever is written: the answer, and then the error that the refusal is.
      Object.assign(story.ledger, { commit: async () => Promise.reject(new Error('column too short: Анна Новак')) })
    })
    const fate = await story.playOne()
    Object.assign(story.ledger, { append, commit })

    expect(fate).toEqual({ kind: 'failed', code: 'UNEXPECTED_ERROR', sentence: engineErrors.UNEXPECTED_ERROR.sentence })
    expect(story.notices.at(-1)).toMatchObject({ kind: 'unexpected', run: { uuid, version: 2 } })
    expect(JSON.stringify(story.notices)).not.toContain('Новак')
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'ORDER', version: 2, attempt: 0 })
    await story.play({ forMs: 2 * MINUTE })
    await story.reconcile()
    await story.play()
    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
  })

  test('brings a run to work under the name that its state has today, with what earlier states brought under theirs', async () => {
    const story = createShopStory()
    const uuid = await story.reach('POLL_ORDER')
    const { ORDER, ...result } = story.ledger.run(uuid).result
    const { events: _none, ...run } = { ...story.ledger.run(uuid), events: [] }
    await story.ledger.commit([
      { ...run, expectedVersion: 3, expectedAttempt: null, state: 'PLACE_ORDER', result: { ...result, PLACE_ORDER: ORDER }, events: [] },
    ])
    story.queue.forget()
    await story.reconcile()
    await story.play()
    expect(story.shop.seen.ORDER.at(-1)?.result).toEqual({ RESERVE: { number: 1 }, ORDER: { orderId: 'order-of-c1' } })
    expect(story.ledger.run(uuid).state).toBe('COMPLETED')
  })
})
