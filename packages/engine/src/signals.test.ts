// What becomes of runs that wait for a signal, and of the signals that are sent to them.
import { describe, expect, test } from 'vitest'
import { engineErrors, LedgerUnavailableError } from './errors.ts'
import { cancelRun } from './operations/cancel-run.ts'
import { replayRun } from './operations/replay-run.ts'
import { catering } from './test-support/catering.ts'
import { type CateringStory, createCateringStory } from './test-support/create-catering-story.ts'
import { STORY_START } from './testing/virtual-clock.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const order = { actor: 'operator', reason: 'The feast is off.' }
const APPROVED = ['PLAN success', 'AWAIT_APPROVAL success', 'COOK success']

/** Lets something happen between the look that finds nothing and what is done about it. */
function afterNextLook({ ledger: { signals } }: CateringStory, act: () => Promise<unknown>): void {
  const { next } = signals
  Object.assign(signals, {
    next: async (...args: Parameters<typeof next>) => {
      Object.assign(signals, { next })
      const found = await next(...args)
      await act()
      return found
    },
  })
}

/** Lets something happen after a sender has read the run. */
function betweenReadingAndSending({ ledger: { signals } }: CateringStory, act: () => Promise<unknown>): void {
  const { find } = signals
  Object.assign(signals, {
    find: async (key: Parameters<typeof find>[0]) => {
      Object.assign(signals, { find })
      await act()
      return find(key)
    },
  })
}

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
    expect(await story.ledger.signals.next({ runUuid: uuid, name: 'approval', sentTo: version })).toMatchObject({ payload: kept })
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
    await story.ledger.signals.send({ ...signal, expectedVersion: version, sentTo: version, audit })
    await story.play({ forMs: 0 })
    expect(story.trail(uuid)).toEqual(['PLAN success', 'AWAIT_APPROVAL SIGNAL_UNKNOWN', 'EXCUSE success', 'CANCELLED'])
  })
})

describe('a signal', () => {
  test('waits for its run although Redis has lost everything', async () => {
    const story = createCateringStory()
    await story.reconcile()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await story.play({ forMs: HOUR })
    story.queue.forget()
    await story.approve(uuid)
    await story.play({ forMs: HOUR })
    expect(story.ledger.run(uuid).state).toBe('AWAIT_APPROVAL')
    await story.reconcile()
    await story.play({ forMs: 0 })
    expect(story.ledger.run(uuid).state).toBe('AWAIT_DELIVERY')
  })

  test('whose wake was lost is found within ten minutes', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await story.play({ forMs: 5 * HOUR })
    Object.assign(story.queue, { wake: async () => Promise.reject(new Error('Redis is away')) })
    await story.approve(uuid)
    expect(story.notices.at(-1)).toEqual({ kind: 'queueUnreachable', jobs: 1, message: 'Redis is away' })
    await story.play({ forMs: 10 * MINUTE })
    expect(story.ledger.run(uuid).state).toBe('AWAIT_DELIVERY')
  })

  test('that is sent before the run’s job is in the queue is found when it comes there', async () => {
    const story = createCateringStory()
    const { enqueue } = story.queue
    let uuid = ''
    Object.assign(story.queue, {
      enqueue: async (jobs: Parameters<typeof enqueue>[0]) => {
        const run = uuid && story.ledger.run(uuid)
        if (run && run.state === 'AWAIT_APPROVAL') await story.approve(run.uuid)
        await enqueue(jobs)
      },
    })
    uuid = (await story.begin({ process: catering, input: { feast: 'f', courses: 1 } })).uuid
    await story.play({ forMs: 0 })
    expect(story.trail(uuid)).toEqual([...APPROVED, 'AWAIT_DELIVERY'])
  })

  test('is one for its key, however often it is sent, also after the run has gone on and after it has ended', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL', 2)
    await story.approve(uuid, 'k')
    await story.approve(uuid, 'k')
    await story.play({ forMs: 0 })
    expect(await story.approve(uuid, 'k')).toMatchObject({ uuid, state: 'AWAIT_APPROVAL' })
    await story.play()
    expect(story.trail(uuid).filter((line) => line === 'AWAIT_APPROVAL success')).toHaveLength(1)
    expect(await story.approve(uuid, 'k')).toMatchObject({ uuid, status: 'cancelled' })
  })

  test('of a known key that says something else is refused', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await story.approve(uuid, 'k')
    for (const said of [{ outcome: 'refused' }, { outcome: 'approved', payload: { budget: 1 } }]) {
      await expect(story.signal({ uuid, name: 'approval', key: 'k', ...said })).rejects.toMatchObject({
        errorCode: engineErrors.SIGNAL_KEY_TAKEN,
      })
    }
  })

  test('is for the stay in which it was sent: a state that is entered twice takes two', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL', 2)
    await story.approve(uuid)
    await expect(story.signal({ uuid, name: 'approval', outcome: 'refused' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TerminalError: The run does not wait for this signal. It has been answered already, and goes on by that.]`,
    )
    await story.play({ forMs: HOUR })
    expect(story.trail(uuid)).toEqual([...APPROVED, 'AWAIT_APPROVAL'])
    await story.approve(uuid)
    await story.play({ forMs: 0 })
    expect(story.trail(uuid).slice(3)).toEqual(['AWAIT_APPROVAL not_yet ×10', 'AWAIT_APPROVAL success', 'COOK success', 'AWAIT_DELIVERY'])
  })

  test('that came too late to be taken is not taken by a replay', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await story.approve(uuid)
    await cancelRun({ uuid, ...order }, story.operations)
    await story.play()
    const run = story.ledger.run(uuid)
    expect(run.state).toBe('CANCELLED')
    const replay = { process: catering, run, lastState: 'UNDO_PLAN', fromState: 'AWAIT_APPROVAL', input: null }
    expect(await replayRun({ ...replay, ...order }, story.operations)).toMatchObject({ status: 'waiting', state: 'AWAIT_APPROVAL' })
    await story.play({ forMs: HOUR })
    expect(story.ledger.run(uuid).state).toBe('AWAIT_APPROVAL')
  })

  test('that may come early is kept until the run stands there; several are taken one by one', async () => {
    const story = createCateringStory()
    const { uuid } = await story.begin({ process: catering, input: { feast: 'f', courses: 1 } })
    await story.signal({ uuid, name: 'delivery', outcome: 'part' })
    await story.play({ forMs: HOUR })
    await story.signal({ uuid, name: 'delivery', outcome: 'whole' })
    expect(story.ledger.run(uuid).state).toBe('AWAIT_APPROVAL')
    await story.approve(uuid)
    await story.play({ forMs: 0 })
    expect(story.trail(uuid).slice(-3)).toEqual(['AWAIT_DELIVERY success', 'AWAIT_DELIVERY success', 'COMPLETED full'])
  })

  test('that comes while its run moves on is sent to the run as it stands then', async () => {
    const story = createCateringStory()
    const { uuid } = await story.begin({ process: catering, input: { feast: 'f', courses: 1 } })
    const { signals } = story.ledger
    const { send } = signals
    const results: string[] = []
    Object.assign(signals, {
      send: async (signal: Parameters<typeof send>[0]) => {
        const result = await send(signal)
        results.push(`${result} at ${signal.expectedVersion}`)
        return result
      },
    })
    betweenReadingAndSending(story, () => story.playOne())
    await story.signal({ uuid, name: 'delivery', outcome: 'whole' })
    expect(results).toEqual(['changed at 1', 'sent at 2'])
  })

  test('to a run that never stands still is refused in the end', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    Object.assign(story.ledger.signals, { send: async () => 'changed' })
    await expect(story.approve(uuid)).rejects.toMatchObject({ errorCode: engineErrors.RUN_CHANGED })
  })
})

describe('a signal is refused', () => {
  test.each([
    ['before the run stands there, unless it may come early', 'PLAN', { name: 'approval' }, 'It stands in PLAN.'],
    ['where the run waits for another one', 'AWAIT_DELIVERY', { name: 'approval' }, 'It stands in AWAIT_DELIVERY, and waits for delivery.'],
    ['that no row waits for', 'AWAIT_APPROVAL', { name: 'applause' }, 'It stands in AWAIT_APPROVAL, and waits for approval.'],
    ['from whose state the run cannot come to it any more', 'EXCUSE', { name: 'delivery' }, 'It stands in EXCUSE.'],
  ] as const)('%s', async (_what, state, { name }, detail) => {
    const story = createCateringStory()
    const uuid = await (state === 'EXCUSE' ? reachExcuse(story) : story.reach(state))
    const sending = story.signal({ uuid, name, outcome: 'approved' })
    await expect(sending).rejects.toThrow(`The run does not wait for this signal. ${detail}`)
    await expect(sending).rejects.toMatchObject({ errorCode: engineErrors.NOT_WAITING })
  })

  test('where the state has no such answer', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    for (const outcome of ['aproved', 'toString']) {
      await expect(story.signal({ uuid, name: 'approval', outcome })).rejects.toThrow(
        'The state that waits for this signal has no such answer. Expected approved or refused.',
      )
    }
  })

  test('where its payload is not what the state expects, without a word of what it was', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await expect(
      story.signal({ uuid, name: 'approval', outcome: 'approved', payload: { budget: 'of Anna' } }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TerminalError: What was sent with the signal is not what its state expects. Look at budget.]`,
    )
    await expect(
      story.signal({ uuid, name: 'delivery', outcome: 'whole', payload: { by: 'Anna' } }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TerminalError: What was sent with the signal is not what its state expects. It expects nothing but the answer.]`,
    )
  })

  test('where there is no such run, or it has ended', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await story.play()
    await expect(story.approve('nobody')).rejects.toMatchObject({ errorCode: engineErrors.RUN_NOT_FOUND })
    await expect(story.approve(uuid)).rejects.toMatchObject({ errorCode: engineErrors.RUN_ENDED })
  })
})

/** A run whose approval nobody sent, just before it is told so. */
async function reachExcuse(story: CateringStory): Promise<string> {
  const uuid = await story.reach('AWAIT_APPROVAL')
  while (story.ledger.run(uuid).state !== 'EXCUSE') await story.playOne()
  return uuid
}
