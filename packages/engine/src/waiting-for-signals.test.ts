// What becomes of runs that wait for a signal.
import { describe, expect, test } from 'vitest'
import { engineErrors, LedgerUnavailableError } from './errors.ts'
import { cancelRun } from './operations/cancel-run.ts'
import { createCateringStory } from './test-support/create-catering-story.ts'
import { afterNextLook, betweenReadingAndSending } from './test-support/hook-signals.ts'
import { STORY_START } from './testing/virtual-clock.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const order = { actor: 'operator', reason: 'The feast is off.' }
const APPROVED = ['PLAN success', 'AWAIT_APPROVAL success', 'COOK success']

describe('a run that waits for a signal', () => {
  test('has the status waiting, looks ever more seldom, and goes on as soon as it is sent', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    expect(story.ledger.run(uuid)).toMatchObject({ status: 'waiting', state: 'AWAIT_APPROVAL', dueAt: STORY_START })
    await story.play({ forMs: HOUR })
    expect(story.queue.jobs()).toMatchObject([{ looks: 10 }])
    await story.signal({ uuid, name: 'approval', outcome: 'approved', payload: { budget: 70 }, actor: 'anna', key: 'k' })
    await story.play({ forMs: 0 })

    expect(story.trail(uuid)).toEqual([
      'PLAN success',
      'AWAIT_APPROVAL not_yet ×10',
      'AWAIT_APPROVAL success',
      'COOK success',
      'AWAIT_DELIVERY',
    ])
    expect(story.ledger.run(uuid)).toMatchObject({ status: 'waiting', result: { AWAIT_APPROVAL: { budget: 70 }, COOK: { course: 1 } } })
    expect(story.ledger.history(uuid)[2]).toMatchObject({
      submittedData: { signal: 'approval', outcome: 'approved', sentBy: 'anna', sentAt: '2026-09-01T09:00:00.000Z' },
      receivedData: { budget: 70 },
    })
  })

  test('brings what the row’s schema makes of the payload; what sounds secret is kept nowhere', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    const { version } = story.ledger.run(uuid)
    const order = { uuid, name: 'approval', outcome: 'approved', key: 'k', payload: { doorToken: 'open-sesame' } }
    await story.signal(order)
    const kept = { budget: 100, doorToken: '[redacted]' }
    expect(await story.ledger.signals.next({ runUuid: uuid, name: 'approval', stay: version })).toMatchObject({ payload: kept })
    await story.signal(order)
    await story.play({ forMs: 0 })
    expect(story.ledger.run(uuid).result).toMatchObject({ AWAIT_APPROVAL: kept })
  })

  test('goes where the outcome leads', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await story.signal({ uuid, name: 'approval', outcome: 'refused' })
    await story.play()
    expect(story.trail(uuid)).toEqual(['PLAN success', 'AWAIT_APPROVAL success', 'CANCELLED'])
  })

  test('is given up when its deadline has passed, to where its row says', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await story.play()
    expect(story.clock.now() - STORY_START).toBe(24 * HOUR)
    expect(story.trail(uuid)).toEqual([
      'PLAN success',
      'AWAIT_APPROVAL not_yet ×148',
      'AWAIT_APPROVAL SIGNAL_DEADLINE_PASSED',
      'EXCUSE success',
      'CANCELLED',
    ])
  })

  test('fails where its row says nothing about that', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_DELIVERY')
    await story.play()
    expect(story.clock.now() - STORY_START).toBe(7 * 24 * HOUR)
    expect(story.ledger.run(uuid)).toMatchObject({
      status: 'failed',
      errorCode: 'SIGNAL_DEADLINE_PASSED',
      errorMessage: engineErrors.SIGNAL_DEADLINE_PASSED.sentence,
    })
  })

  test('takes a signal that is sent while its deadline passes', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await story.play({ forMs: 24 * HOUR - 1 })
    afterNextLook(story, () => story.approve(uuid))
    await story.play({ forMs: MINUTE })
    expect(story.trail(uuid).slice(2)).toEqual(['AWAIT_APPROVAL success', 'COOK success', 'AWAIT_DELIVERY'])
  })

  test('takes no signal once it was given up, not even from whoever had seen it wait', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    betweenReadingAndSending(story, async () => {
      while (story.ledger.run(uuid).state === 'AWAIT_APPROVAL') await story.playOne()
    })
    await expect(story.approve(uuid)).rejects.toThrow('The run does not wait for this signal. It stands in EXCUSE.')
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('CANCELLED')
  })

  test('is not given up by a look that failed, until the tries are used up', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await story.play({ forMs: 24 * HOUR - 1 })
    const { next } = story.ledger.signals
    Object.assign(story.ledger.signals, { next: async () => Promise.reject(new Error('the table is gone')) })
    await story.play({ forMs: 10_000 })
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'AWAIT_APPROVAL', status: 'waiting' })
    Object.assign(story.ledger.signals, { next })
    await story.approve(uuid)
    await story.play({ forMs: MINUTE })
    expect(story.ledger.run(uuid).state).toBe('AWAIT_DELIVERY')
    Object.assign(story.ledger.signals, { next: async () => Promise.reject(new Error('the table is gone')) })
    await story.play()
    expect(story.ledger.run(uuid)).toMatchObject({ status: 'failed', errorCode: 'UNEXPECTED_ERROR' })
  })

  test('is cancelled at once, to where its row says, and takes no signal meanwhile', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await story.play({ forMs: HOUR })
    await cancelRun({ uuid, ...order }, story.operations)
    await expect(story.approve(uuid)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TerminalError: The run does not wait for this signal. It is being cancelled.]`,
    )
    await story.play({ forMs: 0 })
    expect(story.trail(uuid).slice(2)).toEqual(['AWAIT_APPROVAL note', 'UNDO_PLAN success', 'CANCELLED'])
  })

  test('takes its signal once, however often its job is worked', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await story.approve(uuid)
    await story.playTwice()
    await story.play({ forMs: 0 })
    expect(story.trail(uuid)).toEqual([...APPROVED, 'AWAIT_DELIVERY'])
  })

  test('goes on although its worker died, and although the ledger was away', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    story.killWorker()
    story.setLedgerReachable(false)
    await expect(story.approve(uuid)).rejects.toThrow(LedgerUnavailableError)
    await story.play({ forMs: MINUTE })
    story.setLedgerReachable(true)
    await story.approve(uuid)
    await story.play({ forMs: 0 })
    expect(story.trail(uuid)).toEqual([...APPROVED, 'AWAIT_DELIVERY'])
  })

  test('is found under the name that its state had in an earlier release', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    const run = story.ledger.run(uuid)
    await story.ledger.commit([{ ...run, expectedVersion: run.version, expectedAttempt: null, state: 'AWAIT_CONSENT', events: [] }])
    await story.approve(uuid)
    await story.play({ forMs: 0 })
    expect(story.trail(uuid)).toEqual(['PLAN success', 'AWAIT_CONSENT success', 'COOK success', 'AWAIT_DELIVERY'])
  })

  test('is given up where this release’s row no longer has the answer that was sent', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    const { version } = story.ledger.run(uuid)
    const signal = { id: 's', runUuid: uuid, name: 'approval', senderKey: 'k', outcome: 'postponed', payload: {}, sentBy: 'x', sentAt: 1 }
    const audit = { id: 'a', at: 1, actor: 'x', action: 'run.signal', targetType: 'run', targetId: uuid, reason: 'x', details: {} }
    await story.ledger.signals.send({ ...signal, expectedVersion: version, stay: version, audit })
    await story.play({ forMs: 0 })
    expect(story.trail(uuid)).toEqual(['PLAN success', 'AWAIT_APPROVAL SIGNAL_UNKNOWN', 'EXCUSE success', 'CANCELLED'])
  })
})
