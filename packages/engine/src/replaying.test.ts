import { describe, expect, test } from 'vitest'
import { engineErrors, TerminalError } from './errors.ts'
import { type ReplayOrder, replayRun } from './operations/replay-run.ts'
import { createShopStory, type ShopStory } from './test-support/create-shop-story.ts'
import { shopping } from './test-support/shopping.ts'

type Changes = Partial<Omit<ReplayOrder, 'run'>> & { readonly lastState?: string; readonly run?: ReplayOrder['run'] }

function refuseData() {
  throw new TerminalError(engineErrors.RESULT_MISSING)
}

/** A run that failed for good in ORDER. */
async function aFailedRun(): Promise<{ story: ShopStory; uuid: string; replay: (changes?: Changes) => ReturnType<typeof replayRun> }> {
  const story = createShopStory()
  story.shop.before('ORDER', refuseData)
  const { uuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
  await story.play()
  const replay = (changes: Changes = {}) => {
    const order = { fromState: null, input: null, actor: 'operator', reason: 'Corrected.', lastState: 'ORDER' }
    return replayRun({ process: shopping, run: story.ledger.run(uuid), ...order, ...changes }, story.operations)
  }
  return { story, uuid, replay }
}

describe('a failed run', () => {
  test('is replayed from the state in which it failed, with corrected input', async () => {
    const { story, uuid, replay } = await aFailedRun()
    const replayed = await replay({ input: { customer: 'c1', note: 'corrected' } })
    expect(replayed).toMatchObject({
      state: 'ORDER',
      version: 4,
      attempt: 0,
      liveKey: 'shopping:c1',
      errorCode: null,
      input: { note: 'corrected' },
    })
    await story.play()

    expect(story.trail(uuid)).toEqual([
      'RESERVE success',
      'ORDER RESULT_MISSING',
      'ORDER note',
      'ORDER success',
      'POLL_ORDER success',
      'STORE success',
      'COMPLETED full',
    ])
    expect(story.ledger.history(uuid)[2]).toMatchObject({
      ...{ operationType: 'REPLAYED', status: 'note', state: 'ORDER', version: 4 },
      submittedData: { actor: 'operator', reason: 'Corrected.', inputCorrected: true },
    })
    expect(story.shop.effects).toEqual(['reserve c1', 'order c1', 'store c1'])
  })

  test('tells its handler that an earlier try may have left its mark', async () => {
    const { story, replay } = await aFailedRun()
    await replay()
    await story.play()
    expect(story.shop.seen.ORDER.map(({ isFirstTry }) => isFirstTry)).toEqual([true, false])
    expect(story.shop.seen.POLL_ORDER.map(({ isFirstTry }) => isFirstTry)).toEqual([true])
  })

  test('is replayed from an earlier state that the table allows', async () => {
    const { story, uuid, replay } = await aFailedRun()
    await replay({ fromState: 'RESERVE' })
    await story.play()
    expect(story.trail(uuid).slice(2, 5)).toEqual(['RESERVE note', 'RESERVE success', 'ORDER success'])
    expect(story.ledger.run(uuid).state).toBe('COMPLETED')
  })

  test('is replayed from the state that bears another name today', async () => {
    const { story, uuid, replay } = await aFailedRun()
    expect(await replay({ lastState: 'PLACE_ORDER' })).toMatchObject({ state: 'ORDER' })
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.told).toEqual([])
  })

  test('is replayed as one of many in their lane, and its history says whose it was', async () => {
    const { story, uuid, replay } = await aFailedRun()
    const noted: string[] = []
    const write = async () => void noted.push(story.ledger.run(uuid).status)
    await replay({ cohort: { uuid: 'cohort-1', priority: 2_001, write } })
    expect(noted).toEqual(['failed'])
    expect(story.ledger.run(uuid)).toMatchObject({ status: 'in_progress', priority: 2_001 })
    expect(story.ledger.history(uuid)[2]?.submittedData).toEqual({
      actor: 'operator',
      reason: 'Corrected.',
      inputCorrected: false,
      cohortUuid: 'cohort-1',
    })
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })

  test('can be replayed again when it fails again', async () => {
    const { story, uuid, replay } = await aFailedRun()
    story.shop.before('ORDER', refuseData)
    await replay()
    await story.play()
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'FAILED', version: 5 })
    await replay()
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })

  test('is replayed although the queue cannot be told: reconcile brings its job', async () => {
    const { story, uuid, replay } = await aFailedRun()
    const { enqueue } = story.queue
    Object.assign(story.queue, { enqueue: async () => Promise.reject(new Error('Redis is away')) })
    await replay()
    Object.assign(story.queue, { enqueue })
    expect(story.told).toEqual([{ kind: 'queueUnreachable', jobs: 1, message: 'Redis is away' }])
    await story.reconcile()
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.shop.seen.ORDER.at(-1)).toMatchObject({ isFirstTry: false })
  })
})

describe('a replay is refused', () => {
  test('from a state that the table does not allow', async () => {
    const { replay, story, uuid } = await aFailedRun()
    await expect(replay({ fromState: 'STORE' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TerminalError: The run cannot be replayed from this state. It ended in ORDER; shopping allows RESERVE, ORDER.]`,
    )
    expect(story.ledger.run(uuid).state).toBe('FAILED')
  })

  test.each(['FAILED', 'COMPLETED', 'GONE', 'toString'])('from %s, which is no state of the process', async (state) => {
    const { replay } = await aFailedRun()
    await expect(replay({ fromState: state })).rejects.toMatchObject({ errorCode: engineErrors.STATE_NOT_REPLAYABLE })
    await expect(replay({ lastState: state })).rejects.toMatchObject({ errorCode: engineErrors.STATE_NOT_REPLAYABLE })
  })

  test('where the run has not ended, or has completed', async () => {
    const { replay, story } = await aFailedRun()
    const live = story.ledger.run(await story.reach('ORDER', 'c2'))
    await expect(replay({ run: live })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TerminalError: Only a failed or cancelled run can be replayed. It is in_progress.]`,
    )
    await story.play()
    await expect(replay({ run: story.ledger.run(live.uuid) })).rejects.toMatchObject({ errorCode: engineErrors.RUN_NOT_ENDED })
  })

  test('where the person whom it was about was erased', async () => {
    const { story, uuid, replay } = await aFailedRun()
    const erased = { ...story.ledger.run(uuid), input: {}, subjectId: 'erased~0123' }
    await expect(replay({ run: erased })).rejects.toMatchObject({ errorCode: engineErrors.RUN_ERASED })
  })

  test('where somebody else has replayed it meanwhile', async () => {
    const { replay, story, uuid } = await aFailedRun()
    const seen = story.ledger.run(uuid)
    await replay()
    await expect(replay({ run: seen })).rejects.toMatchObject({ errorCode: engineErrors.RUN_CHANGED })
  })

  test('where a later run does the work of this one, or has done it', async () => {
    const { replay, story } = await aFailedRun()
    const later = await story.reach('ORDER', 'c1')
    await expect(replay()).rejects.toThrow(`Another run has taken over the work of this one. It is run ${later}.`)
    await story.play()
    await expect(replay()).rejects.toMatchObject({ errorCode: engineErrors.RUN_KEY_TAKEN })
  })

  test('where the corrected input is about somebody else', async () => {
    const { replay } = await aFailedRun()
    await expect(replay({ input: { customer: 'c9' } })).rejects.toMatchObject({ errorCode: engineErrors.REPLAY_CHANGES_SUBJECT })
  })
})
