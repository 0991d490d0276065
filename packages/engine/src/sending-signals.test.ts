// What becomes of signals that are sent to runs.
import { describe, expect, test } from 'vitest'
import { engineErrors } from './errors.ts'
import { cancelRun } from './operations/cancel-run.ts'
import { replayRun } from './operations/replay-run.ts'
import { catering } from './test-support/catering.ts'
import { type CateringStory, createCateringStory } from './test-support/create-catering-story.ts'
import { betweenReadingAndSending } from './test-support/hook-signals.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const order = { actor: 'operator', reason: 'The feast is off.' }
const APPROVED = ['PLAN success', 'AWAIT_APPROVAL success', 'COOK success']

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

  test('has a key of 1 to 200 characters', async () => {
    const story = createCateringStory()
    const uuid = await story.reach('AWAIT_APPROVAL')
    await expect(story.signal({ uuid, name: 'approval', outcome: 'approved', key: '' })).rejects.toThrow('this one has 0.')
    await expect(story.approve(uuid, 'k'.repeat(201))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: The key of a signal is 1 to 200 characters long; this one has 201.]`,
    )
    await story.approve(uuid, 'k'.repeat(200))
    expect(story.ledger.signals.audits).toHaveLength(1)
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
