// What becomes of a run, told on a virtual clock: the engine's own judgement and carry-out over a ledger and a queue in memory.
import { describe, expect, test } from 'vitest'
import { engineErrors, RetryAfterError, TerminalError, TransientError } from './errors.ts'
import { createShopStory } from './test-support/create-shop-story.ts'
import { shopping, sweeping } from './test-support/shopping.ts'
import { STORY_START } from './testing/virtual-clock.ts'

const HOUR = 3_600_000
const HAPPY_TRAIL = ['RESERVE success', 'ORDER success', 'POLL_ORDER success', 'STORE success', 'COMPLETED full']

function fault() {
  throw new TransientError(engineErrors.UNEXPECTED_ERROR, 'The shop answered 503.')
}

describe('a run', () => {
  test('goes from state to state to its end, and each handler sees what the earlier ones brought', async () => {
    const story = createShopStory()
    const { uuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
    await story.play()

    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
    expect(story.shop.effects).toEqual(['reserve c1', 'order c1', 'store c1'])
    expect(story.ledger.run(uuid)).toMatchObject({
      ...{ status: 'completed', completion: 'full', version: 5, dueAt: null, liveKey: uuid, pollingUuid: 'order-of-c1' },
      result: { RESERVE: { number: 1 }, ORDER: { orderId: 'order-of-c1' }, POLL_ORDER: { parcel: 'parcel-of-c1' } },
    })
    expect(story.shop.seen.STORE).toMatchObject([{ isFirstTry: true, result: story.ledger.run(uuid).result }])
    expect(story.queue.jobs()).toEqual([])
  })

  test('looks again and again until what it waits for is there, and makes one row of all the looks that found nothing', async () => {
    const story = createShopStory({ lagMs: 90_000 })
    const { uuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
    await story.play()

    const looks = story.shop.seen.POLL_ORDER.map(({ at }) => at - STORY_START)
    expect(looks).toEqual([250, 750, 1_750, 3_750, 7_750, 15_750, 31_750, 61_750, 91_750])
    expect(story.trail(uuid)).toEqual([...HAPPY_TRAIL.slice(0, 2), 'POLL_ORDER not_yet ×8', ...HAPPY_TRAIL.slice(2)])
    expect(story.ledger.history(uuid).every(({ attempt }) => attempt === 0)).toBe(true)
  })

  test('gives up after exactly two hours without a sight of it, goes on where the table says, and ends partially', async () => {
    const story = createShopStory({ lagMs: 3 * HOUR })
    const { uuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
    await story.play()

    expect(story.clock.now() - STORY_START).toBe(2 * HOUR)
    expect(story.trail(uuid)).toEqual([
      ...HAPPY_TRAIL.slice(0, 2),
      expect.stringMatching(/^POLL_ORDER not_yet ×2\d\d$/),
      'POLL_ORDER NOT_YET_FOR_TOO_LONG',
      'STORE success',
      'COMPLETED partial',
    ])
    expect(story.ledger.run(uuid)).toMatchObject({ errorCode: 'NOT_YET_FOR_TOO_LONG', status: 'completed' })
  })

  test('tries again with growing pauses, and forgets the fault once the state has succeeded', async () => {
    const story = createShopStory()
    story.shop.before('ORDER', fault, fault)
    const { uuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
    await story.play()

    expect(story.shop.seen.ORDER).toMatchObject([
      { at: STORY_START, attempt: 0, isFirstTry: true },
      { at: STORY_START + 1_000, attempt: 1, isFirstTry: false },
      { at: STORY_START + 4_000, attempt: 2, isFirstTry: false },
    ])
    expect(story.trail(uuid)).toEqual([HAPPY_TRAIL[0], 'ORDER UNEXPECTED_ERROR', 'ORDER UNEXPECTED_ERROR', ...HAPPY_TRAIL.slice(1)])
    expect(story.ledger.history(uuid).map(({ attempt }) => attempt)).toEqual([0, 0, 1, 2, 0, 0])
    expect(story.ledger.run(uuid)).toMatchObject({ attempt: 0, errorCode: null, errorMessage: null })
  })

  test('fails when its tries are used up, its job with it, and tells why', async () => {
    const story = createShopStory()
    story.shop.before('ORDER', fault, fault, fault)
    const { uuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
    await story.play({ forMs: 1_500 })
    const fate = await story.playOne()

    expect(fate).toEqual({ kind: 'failed', code: 'UNEXPECTED_ERROR', sentence: engineErrors.UNEXPECTED_ERROR.sentence })
    expect(story.ledger.run(uuid)).toMatchObject({
      ...{ state: 'FAILED', status: 'failed', dueAt: null, liveKey: uuid, errorCode: 'UNEXPECTED_ERROR', lastOperationStatus: 'failed' },
      errorMessage: 'The worker met an error that has no code of its own. The shop answered 503.',
    })
    expect(story.shop.seen.ORDER).toHaveLength(3)
    expect(story.queue.jobs()).toEqual([])
  })

  test('may look again in a state that works, without spending an attempt', async () => {
    const story = createShopStory({ pages: 3 })
    const { uuid } = await story.begin({ process: sweeping, input: { shelf: 'a' } })
    await story.play()
    expect(story.trail(uuid)).toEqual(['SWEEP success', 'SWEEP success', 'SWEEP success', 'COMPLETED full'])
    expect(story.shop.effects).toEqual(['sweep a 1', 'sweep a 2', 'sweep a 3'])
    expect(story.ledger.run(uuid).result).toEqual({ SWEEP: { page: 3 } })
  })

  test('that goes in circles is stopped', async () => {
    const story = createShopStory({ pages: Number.POSITIVE_INFINITY })
    const { uuid } = await story.begin({ process: sweeping, input: { shelf: 'a' } })
    await story.play()
    expect(story.ledger.run(uuid)).toMatchObject({
      state: 'FAILED',
      version: 1_001,
      errorCode: 'TOO_MANY_VERSIONS',
      result: { SWEEP: { page: 999 } },
    })
    expect(story.ledger.history(uuid).at(-1)).toMatchObject({ status: 'failed', receivedData: { page: 1_000 } })
  })
})

describe('a state that runs twice', () => {
  test('is harmless, whichever it is, and leaves one success in the history', async () => {
    const story = createShopStory()
    const { uuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
    for (let states = 0; states < 4; states += 1) await story.playTwice()
    await story.play()

    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
    expect(story.shop.effects).toEqual(['reserve c1', 'order c1', 'store c1'])
    for (const calls of [story.shop.seen.RESERVE, story.shop.seen.ORDER, story.shop.seen.STORE]) {
      expect(calls.map(({ isFirstTry, attempt }) => [isFirstTry, attempt])).toEqual([
        [true, 0],
        [false, 0],
      ])
    }
  })

  test('at the same time has one winner; the effect of the other is on record, and nothing is done twice in the ledger', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    const [job] = story.queue.jobs()
    story.shop.after('ORDER', async () => {
      // Its lock is lost while it works: another worker takes the job and is quicker.
      if (job) story.queue.putBack({ ...job, stalls: 1, tries: 1 })
      await story.playOne()
    })
    expect(await story.playOne()).toEqual({ kind: 'done' })
    await story.play()

    expect(story.trail(uuid)).toEqual([...HAPPY_TRAIL.slice(0, 2), 'ORDER superseded', ...HAPPY_TRAIL.slice(2)])
    expect(story.ledger.history(uuid)[2]).toMatchObject({
      version: 2,
      submittedData: { goods: 3 },
      receivedData: { orderId: 'order-of-c1' },
    })
    expect(story.notices).toContainEqual({ kind: 'superseded', run: { uuid, version: 2 }, effect: true })
    expect(story.shop.effects.filter((effect) => effect.startsWith('order'))).toEqual(['order c1'])
  })

  test('after its worker died between commit and enqueue puts the next job back at once', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    const [job] = story.queue.jobs()
    await story.playOne()
    story.queue.forget()
    if (job) story.queue.putBack({ ...job, stalls: 1, tries: 1 })
    await story.play()

    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
    expect(story.shop.effects.filter((effect) => effect.startsWith('order'))).toEqual(['order c1'])
  })

  test('at the same time, with a look that comes too late to end it, is no effect at all', async () => {
    const story = createShopStory({ lagMs: 3 * HOUR })
    const uuid = await story.reach('POLL_ORDER')
    await story.play({ forMs: 2 * HOUR - 251 })
    const [job] = story.queue.jobs()
    story.shop.after('POLL_ORDER', async () => {
      if (job) story.queue.putBack({ ...job, stalls: 1 })
      await story.playOne()
    })
    await story.play()
    expect(story.trail(uuid).filter((line) => line.includes('superseded'))).toEqual([])
    expect(story.notices).toContainEqual({ kind: 'superseded', run: { uuid, version: 3 }, effect: false })
  })

  test('by a job that comes before the pause of a retry is over waits for the rest of it', async () => {
    const story = createShopStory()
    await story.reach('ORDER')
    story.shop.before('ORDER', fault)
    await story.playOne()
    const [job] = story.queue.jobs()
    if (job) story.queue.putBack({ ...job, at: story.clock.now() })
    expect(await story.playOne()).toEqual({ kind: 'delayed', delayMs: 1_000, untried: true })
    expect(story.shop.seen.ORDER).toHaveLength(1)
  })

  test('by a job of an earlier version touches nothing and calls nobody', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    const [stale] = story.queue.jobs()
    await story.play()
    if (stale) story.queue.putBack(stale)
    expect(await story.playOne()).toEqual({ kind: 'done' })
    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
    expect(story.shop.seen.ORDER).toHaveLength(1)
  })

  test('by a job that stands in the queue of another state touches nothing and calls nobody', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    await story.queue.take(story.clock.now())
    await story.queue.enqueue([{ process: 'shopping', state: 'UNDO_ORDER', uuid, version: 2, priority: 1, delayMs: 0 }])
    expect(await story.playOne()).toEqual({ kind: 'done' })
    expect(story.shop.seen.UNDO_ORDER).toEqual([])
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'ORDER', version: 2 })
  })
})

describe("a handler's own writes", () => {
  test('that throw are judged like its error, and leave nothing', async () => {
    const story = createShopStory()
    story.shop.within(() => {
      throw new Error('duplicate key (Анна Новак)')
    })
    const { uuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
    while (story.shop.seen.STORE.length === 0) await story.playOne()

    expect(story.ledger.run(uuid)).toMatchObject({ state: 'STORE', version: 4, attempt: 1, errorCode: 'UNEXPECTED_ERROR' })
    expect(story.shop.rows.size).toBe(0)
    expect(JSON.stringify([story.ledger.history(uuid), story.notices])).not.toContain('Новак')
    await story.play()
    expect(story.trail(uuid)).toEqual([...HAPPY_TRAIL.slice(0, 3), 'STORE UNEXPECTED_ERROR', ...HAPPY_TRAIL.slice(3)])
    expect(story.shop.effects).toEqual(['reserve c1', 'order c1', 'store c1'])
  })

  test('that throw an error word are judged by that word', async () => {
    const story = createShopStory()
    story.shop.within(() => {
      throw new TerminalError(engineErrors.RESULT_MISSING)
    })
    const { uuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
    await story.play()
    expect(story.trail(uuid).slice(-2)).toEqual(['STORE RESULT_MISSING', 'FAILED'])
  })
})

describe('runs that an answer starts', () => {
  test('are inserted with it, belong to its group, and are worked', async () => {
    const story = createShopStory()
    story.shop.starts = [{ process: sweeping, input: { shelf: 'a' } }]
    const { uuid, groupUuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
    await story.play()

    const sweeps = story.ledger.runs().filter(({ process }) => process === 'sweeping')
    expect(sweeps).toMatchObject([
      { groupUuid, requestedBy: 'story', priority: 1, state: 'COMPLETED', createdAt: story.ledger.run(uuid).updatedAt },
    ])
    expect(story.shop.effects.slice(-3)).toEqual(['sweep a 1', 'sweep a 2', 'sweep a 3'])
  })

  test('are not started twice, neither when the state runs twice nor while one of their natural key lives', async () => {
    const story = createShopStory()
    story.shop.starts = [
      { process: sweeping, input: { shelf: 'a' } },
      { process: sweeping, input: { shelf: 'a' } },
    ]
    for (const customer of ['c1', 'c2']) {
      await story.reach('STORE', customer)
      await story.playTwice()
    }
    expect(story.ledger.runs().filter(({ process }) => process === 'sweeping')).toHaveLength(1)
    await story.play()
    expect(story.shop.effects.filter((effect) => effect.startsWith('sweep'))).toHaveLength(3)
  })

  test('with input that their own process refuses fail the state that started them, and are not there', async () => {
    const story = createShopStory()
    story.shop.starts = [{ process: sweeping, input: { shelf: 7 } }]
    const { uuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
    await story.play()
    expect(story.trail(uuid).slice(-2)).toEqual(['STORE UNEXPECTED_ERROR', 'FAILED'])
    expect(story.ledger.runs()).toHaveLength(1)
    expect(story.shop.rows.size).toBe(0)
  })
})

describe('being asked to wait', () => {
  test('holds everybody who needs the resource, spends no attempt, and is told once', async () => {
    const story = createShopStory()
    const uuids: string[] = []
    for (const customer of ['c1', 'c2', 'c3']) uuids.push((await story.begin({ process: shopping, input: { customer } })).uuid)
    story.shop.before('ORDER', () => {
      throw new RetryAfterError(engineErrors.UNEXPECTED_ERROR, 17_000)
    })
    await story.play()

    expect(story.shop.seen.ORDER.map(({ at }) => at - STORY_START)).toEqual([0, 17_000, 17_000, 17_000])
    expect(story.trail(uuids[0] ?? '')).toEqual([HAPPY_TRAIL[0], 'ORDER UNEXPECTED_ERROR', ...HAPPY_TRAIL.slice(1)])
    expect(story.trail(uuids[1] ?? '')).toEqual(HAPPY_TRAIL)
    expect(story.ledger.history(uuids[0] ?? '').every(({ attempt }) => attempt === 0)).toBe(true)
  })

  test('does not end the clock of a poll: it looks once more before it gives up', async () => {
    const story = createShopStory({ lagMs: 3 * HOUR })
    const uuid = await story.reach('POLL_ORDER')
    story.shop.before('POLL_ORDER', () => {
      throw new RetryAfterError(engineErrors.UNEXPECTED_ERROR, 4 * HOUR)
    })
    await story.play()
    expect(story.trail(uuid)).toEqual([HAPPY_TRAIL[0], HAPPY_TRAIL[1], 'POLL_ORDER UNEXPECTED_ERROR', ...HAPPY_TRAIL.slice(2)])
  })
})
