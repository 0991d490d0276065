import { describe, expect, test } from 'vitest'
import { engineErrors, TransientError } from './errors.ts'
import { cancelRun } from './operations/cancel-run.ts'
import { createShopStory } from './test-support/create-shop-story.ts'
import { shopping } from './test-support/shopping.ts'

const order = { actor: 'operator', reason: 'The customer called.' }

describe('a run that is cancelled', () => {
  test.each([
    ['RESERVE', ['RESERVE note', 'UNDO_RESERVE success', 'CANCELLED'], []],
    ['ORDER', ['RESERVE success', 'ORDER note', 'UNDO_RESERVE success', 'CANCELLED'], ['reserve c1', 'undo reserve c1']],
    [
      'POLL_ORDER',
      ['RESERVE success', 'ORDER success', 'POLL_ORDER note', 'UNDO_ORDER success', 'UNDO_RESERVE success', 'CANCELLED'],
      ['reserve c1', 'order c1', 'undo order c1', 'undo reserve c1'],
    ],
    ['STORE', ['RESERVE success', 'ORDER success', 'POLL_ORDER success', 'STORE note', 'CANCELLED'], ['reserve c1', 'order c1']],
  ] as const)('in %s does nothing more there, and undoes what the table says', async (state, trail, effects) => {
    const story = createShopStory()
    const uuid = await story.reach(state)
    const marked = await cancelRun({ uuid, ...order }, story.operations)
    expect(marked).toMatchObject({ state, cancelRequestedAt: story.clock.now() })
    await story.play()

    expect(story.trail(uuid)).toEqual(trail)
    expect(story.shop.effects).toEqual(effects)
    expect(story.ledger.run(uuid)).toMatchObject({ status: 'cancelled', liveKey: uuid, dueAt: null })
  })

  test('while it waits for its next look, or for its next try, does not wait for that', async () => {
    const story = createShopStory({ lagMs: 3_600_000 })
    const uuid = await story.reach('POLL_ORDER')
    await story.play({ forMs: 600_000 })
    const at = story.clock.now()
    await cancelRun({ uuid, ...order }, story.operations)
    await story.play()
    expect(story.clock.now()).toBe(at)
    expect(story.trail(uuid).slice(2)).toEqual([
      'POLL_ORDER not_yet ×25',
      'POLL_ORDER note',
      'UNDO_ORDER success',
      'UNDO_RESERVE success',
      'CANCELLED',
    ])
  })

  test('between two tries is cancelled at once', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    story.shop.before('ORDER', () => {
      throw new TransientError(engineErrors.UNEXPECTED_ERROR)
    })
    await story.playOne()
    await cancelRun({ uuid, ...order }, story.operations)
    await story.playOne()
    expect(story.ledger.run(uuid).state).toBe('UNDO_RESERVE')
    expect(story.shop.seen.ORDER).toHaveLength(1)
  })

  test('while a handler is at work lets it finish, and is cancelled in the state that follows', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    story.shop.after('ORDER', () => cancelRun({ uuid, ...order }, story.operations))
    await story.play()
    expect(story.trail(uuid)).toEqual([
      'RESERVE success',
      'ORDER success',
      'POLL_ORDER note',
      'UNDO_ORDER success',
      'UNDO_RESERVE success',
      'CANCELLED',
    ])
  })

  test('at its last state, while that is being worked, has ended before', async () => {
    const story = createShopStory()
    const uuid = await story.reach('STORE')
    story.shop.after('STORE', () => cancelRun({ uuid, ...order }, story.operations))
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })

  test('twice, while it is being undone, is undone to the end', async () => {
    const story = createShopStory()
    const uuid = await story.reach('POLL_ORDER')
    await cancelRun({ uuid, ...order }, story.operations)
    await story.playOne()
    await cancelRun({ uuid, ...order }, story.operations)
    await story.play()
    expect(story.trail(uuid).slice(-3)).toEqual(['UNDO_ORDER success', 'UNDO_RESERVE success', 'CANCELLED'])
  })

  test('under the name that its state had in an earlier release is cancelled as under today’s', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    const { events: _events, ...run } = { ...story.ledger.run(uuid), events: [] }
    await story.ledger.commit([{ ...run, expectedVersion: 2, expectedAttempt: null, state: 'PLACE_ORDER', events: [] }])
    await cancelRun({ uuid, ...order }, story.operations)
    await story.play()
    expect(story.trail(uuid)).toEqual(['RESERVE success', 'PLACE_ORDER note', 'UNDO_RESERVE success', 'CANCELLED'])
    expect(story.told).toEqual([])
  })

  test('is cancelled in time although the queue cannot be told', async () => {
    const story = createShopStory({ lagMs: 60_000 })
    const uuid = await story.reach('POLL_ORDER')
    const dispatcher = { ...story.dispatcher, wake: async () => Promise.reject(new Error('Redis is away')) }
    await cancelRun({ uuid, ...order }, { ...story.operations, dispatcher })
    expect(story.told).toEqual([{ kind: 'queueUnreachable', jobs: 1, message: 'Redis is away' }])
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('CANCELLED')
  })
})

describe('there is nothing to cancel', () => {
  test('where no run is', async () => {
    const story = createShopStory()
    await expect(cancelRun({ uuid: 'nobody', ...order }, story.operations)).rejects.toMatchObject({ errorCode: engineErrors.RUN_NOT_FOUND })
  })

  test('where the run has ended, cancelled before or not', async () => {
    const story = createShopStory()
    const { uuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
    await story.play()
    await expect(cancelRun({ uuid, ...order }, story.operations)).rejects.toMatchObject({ errorCode: engineErrors.RUN_ENDED })
    const other = await story.reach('STORE', 'c2')
    await cancelRun({ uuid: other, ...order }, story.operations)
    await story.play()
    await expect(cancelRun({ uuid: other, ...order }, story.operations)).rejects.toMatchObject({ errorCode: engineErrors.RUN_ENDED })
  })
})
