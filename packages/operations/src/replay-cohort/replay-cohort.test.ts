import { engineErrors, isBulk, LedgerUnavailableError } from '@rollcall/engine'
import { describe, expect, test } from 'vitest'
import { createCohortStory, errand } from '../test-support/create-cohort-story.ts'
import { replayCohort } from './process.ts'

const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`)

describe('a cohort', () => {
  test('is selected, replayed one by one and completed, with the operator and the reason in every history', async () => {
    const story = createCohortStory()
    const failed = [await story.fail('a'), await story.fail('b'), await story.fail('c', { state: 'WALK' })]
    story.turnedAway.clear()

    const { uuid } = await story.order({ filter: { status: 'failed', process: 'errand' } })
    await story.play()

    expect(story.trail(uuid)).toEqual(['SELECT_RUNS success', 'REPLAY_ITEMS success', 'COMPLETED full'])
    expect(story.ledger.run(uuid).result).toEqual({
      SELECT_RUNS: { selected: 3, after: { createdAt: failed[2]?.createdAt, uuid: failed[2]?.uuid } },
      REPLAY_ITEMS: { replayed: 3, refused: 0 },
    })
    expect(await story.outcomes(uuid)).toEqual({ a: 'replayed', b: 'replayed', c: 'replayed' })
    expect(story.trail(failed[0]?.uuid ?? '')).toEqual(['WALK success', 'BUY SHOP_SHUT', 'BUY note', 'BUY success', 'COMPLETED full'])
    expect(story.trail(failed[2]?.uuid ?? '')).toEqual(['WALK TURNED_AWAY', 'WALK note', 'WALK success', 'BUY success', 'COMPLETED full'])
    expect(story.ledger.history(failed[0]?.uuid ?? '')[2]).toMatchObject({
      operationType: 'REPLAYED',
      submittedData: { actor: 'operator', reason: 'The shop is open again.', cohortUuid: uuid },
    })
  })

  test('holds what its filter names at the time of the order, and nothing that failed later', async () => {
    const story = createCohortStory()
    await story.fail('a')
    await story.fail('b', { state: 'WALK' })
    const { uuid } = await story.order({ filter: { status: 'failed', endedIn: 'BUY' } })
    story.clock.moveTo(story.clock.now() + 1_000)
    await story.fail('late')
    await story.play()
    expect(await story.outcomes(uuid)).toEqual({ a: 'replayed' })
  })

  test('replays each from another state where the process allows it', async () => {
    const story = createCohortStory()
    const { uuid: failed } = await story.fail('a')
    await story.fail('b', { state: 'WALK' })
    story.turnedAway.clear()
    const { uuid } = await story.order({ fromState: 'BUY' })
    await story.play()
    expect(await story.outcomes(uuid)).toEqual({ a: 'replayed', b: 'STATE_NOT_REPLAYABLE' })
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED partial')

    story.turnedAway.set('a', 'BUY')
    expect(story.ledger.run(failed).state).toBe('COMPLETED')
    const again = await story.order({ fromState: 'WALK' })
    await story.play()
    expect(await story.outcomes(again.uuid)).toEqual({ b: 'replayed' })
  })

  test('that names nothing completes', async () => {
    const story = createCohortStory()
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid)).toEqual(['SELECT_RUNS success', 'REPLAY_ITEMS success', 'COMPLETED full'])
  })

  test('of a few goes on in its own lane, one of many in the bulk lane, a school behind its own others', async () => {
    for (const count of [20, 21]) {
      const story = createCohortStory()
      const runs = []
      for (const name of names(21)) runs.push(await story.fail(name, { street: 'one' }))
      story.beforeReplay = () => {
        story.turnedAway.clear()
      }
      await story.order({ count })
      await story.play()
      const priorities = runs.map(({ uuid }) => story.ledger.run(uuid).priority)
      expect(priorities.every(isBulk)).toBe(count === 21)
      expect(new Set(priorities).size).toBe(count === 21 ? 2 : 1)
    }
  })

  test('of 2,345 runs is selected in three pages and leaves none out', async () => {
    const story = createCohortStory()
    const { uuid: failed } = await story.fail('a')
    const template = story.ledger.run(failed)
    await story.ledger.accept({
      groupUuid: 'g',
      request: null,
      runs: names(2_344).map((name) => ({ ...template, uuid: `0-${name}`, liveKey: name, dueAt: 0 })),
    })
    const others = story.ledger.runs().filter(({ uuid }) => uuid !== failed)
    await story.ledger.commit(
      others.map((run) => ({
        ...run,
        ...{ expectedVersion: 1, expectedAttempt: null, version: 2, state: 'FAILED', status: 'failed', dueAt: null, liveKey: run.uuid },
        events: [],
      })),
    )
    const { uuid } = await story.order({ filter: { status: 'failed' }, count: 2_345 })
    await story.play()
    expect(story.trail(uuid).slice(0, 3)).toEqual(['SELECT_RUNS success', 'SELECT_RUNS success', 'SELECT_RUNS success'])
    const { items } = await story.cohorts.outcomes(uuid)
    expect(items.reduce((sum, { count }) => sum + count, 0)).toBe(2_345)
    expect(items.some(({ outcome }) => outcome === 'pending')).toBe(false)
  })
})

describe('a run that cannot be replayed', () => {
  test('is refused with the reason, and the others go on', async () => {
    const story = createCohortStory()
    const taken = await story.fail('taken')
    await story.fail('good')
    const [failedAgain, live] = [await story.fail('failed again'), await story.fail('live')]
    story.turnedAway.clear()
    const { uuid } = await story.order()
    await story.playOne()
    // After the selection: one person asks again, two are replayed by somebody else, and one of those fails again.
    const { uuid: later } = await story.begin({ process: errand, input: { customer: 'taken' } })
    story.clock.moveTo(story.clock.now() + 1)
    const { version } = await story.replayAlone(failedAgain)
    await story.ledger.commit([
      {
        ...failedAgain,
        ...{ expectedVersion: version, expectedAttempt: null, version: version + 1, updatedAt: story.clock.now(), events: [] },
      },
    ])
    await story.replayAlone(live)
    await story.play()

    expect(await story.outcomes(uuid)).toEqual({
      taken: 'RUN_KEY_TAKEN',
      good: 'replayed',
      'failed again': 'RUN_CHANGED',
      live: 'RUN_NOT_ENDED',
    })
    const items = await story.cohorts.items({ cohortUuid: uuid, outcome: 'refused', after: null, limit: 9 })
    expect(items.find(({ runUuid }) => runUuid === taken.uuid)?.detail).toBe(
      `Another run has taken over the work of this one. It is run ${later}.`,
    )
    expect(story.trail(uuid)).toEqual(['SELECT_RUNS success', 'REPLAY_ITEMS success', 'COMPLETED partial'])
  })

  test('is refused without its message where nobody knows what is wrong with it', async () => {
    const story = createCohortStory()
    await story.fail('odd')
    await story.fail('good')
    const odd = story.ledger.runs().find(({ subjectId }) => subjectId === 'odd')
    story.beforeReplay = (uuid) => {
      if (uuid === odd?.uuid) throw new RangeError('Somebody’s name')
    }
    const { uuid } = await story.order()
    await story.play()
    expect(await story.outcomes(uuid)).toMatchObject({ odd: 'UNEXPECTED_ERROR', good: 'replayed' })
    expect(story.told).toEqual([
      { kind: 'unexpected', run: { uuid: odd?.uuid, version: odd?.version }, message: 'It could not be replayed: RangeError.' },
    ])
  })

  test('because its process or its row is gone, is refused too', async () => {
    const story = createCohortStory()
    const gone = await story.fail('gone')
    const { uuid } = await story.order()
    await story.playOne()
    await story.ledger.deleteEnded({ process: 'errand', before: story.clock.now() + 1, limit: 10 })
    await story.play()
    expect(await story.outcomes(uuid)).toEqual({ [gone.uuid]: 'RUN_NOT_FOUND' })

    const foreign = { ...gone, uuid: 'foreign', process: 'elsewhere', liveKey: 'elsewhere:1', dueAt: 0 }
    await story.ledger.accept({ groupUuid: 'g', request: null, runs: [foreign] })
    await story.ledger.commit([
      {
        ...story.ledger.run('foreign'),
        ...{ expectedVersion: 1, expectedAttempt: null, version: 2, state: 'FAILED', status: 'failed', dueAt: null, events: [] },
      },
    ])
    const next = await story.order()
    await story.play()
    const items = await story.cohorts.items({ cohortUuid: next.uuid, outcome: null, after: null, limit: 9 })
    expect(items).toMatchObject([{ errorCode: 'COHORT_PROCESS_UNKNOWN' }])
  })

  test('because it is a job’s and whoever ordered the cohort does not administer jobs, is refused and told of', async () => {
    const story = createCohortStory()
    await story.fail('a')
    const ofJob = await story.failJob()
    story.turnedAway.clear()
    const { uuid } = await story.order({ count: 1, withoutJobs: true })
    await story.play()
    expect(await story.outcomes(uuid)).toEqual({ a: 'replayed', all: 'COHORT_WITHOUT_JOBS' })
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED partial')
    expect(story.ledger.run(ofJob.uuid)).toEqual(ofJob)

    const byAdmin = await story.order({ count: 1, withoutJobs: false })
    await story.play()
    expect(await story.outcomes(byAdmin.uuid)).toEqual({ all: 'replayed' })
  })

  test('of two for the same thing, the later request goes on', async () => {
    const story = createCohortStory()
    const [earlier, later] = [await story.fail('a'), await story.fail('a')]
    story.turnedAway.clear()
    const { uuid } = await story.order()
    await story.play()
    const items = await story.cohorts.items({ cohortUuid: uuid, outcome: null, after: null, limit: 9 })
    expect(items.map(({ runUuid, outcome }) => [runUuid, outcome])).toEqual([
      [earlier.uuid, 'refused'],
      [later.uuid, 'replayed'],
    ])
  })
})

describe('nobody is replayed twice and nobody forgotten', () => {
  test('where the database goes away after 30 of 50', async () => {
    const story = createCohortStory()
    for (const name of names(50)) await story.fail(name)
    let replays = 0
    story.beforeReplay = () => {
      replays += 1
      if (replays === 31) throw new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
    }
    const { uuid } = await story.order({ count: 50 })
    await story.playOne()
    expect(await story.playOne()).toMatchObject({ kind: 'delayed' })
    expect(Object.values(await story.outcomes(uuid)).filter((outcome) => outcome === 'replayed')).toHaveLength(30)
    // Those thirty fail again before the second try.
    story.visits.clear()
    await story.play()

    expect(story.trail(uuid)).toEqual(['SELECT_RUNS success', 'REPLAY_ITEMS success', 'COMPLETED full'])
    expect([...story.visits.values()]).toEqual(names(50).map(() => 1))
    expect(story.ledger.runs().filter(({ status }) => status === 'failed')).toHaveLength(50)
  })

  test('where the worker dies after its work and before its transition', async () => {
    const story = createCohortStory()
    for (const name of names(5)) await story.fail(name)
    const { uuid } = await story.order({ count: 5 })
    await story.playTwice()
    story.visits.clear()
    await story.playTwice()
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect([...story.visits.values()]).toEqual([1, 1, 1, 1, 1])
  })

  test('where a replay is committed and its job never reaches the queue: the next try puts it back', async () => {
    const story = createCohortStory()
    for (const name of names(5)) await story.fail(name)
    story.turnedAway.clear()
    story.visits.clear()
    let replays = 0
    story.afterReplay = () => {
      replays += 1
      if (replays === 3) throw new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
    }
    const { uuid } = await story.order({ count: 5 })
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect([...story.visits.values()]).toEqual([1, 1, 1, 1, 1])
    expect(story.ledger.runs().every(({ state }) => state === 'COMPLETED')).toBe(true)
  })

  test('where two workers have the same job: the slower one undoes a replay that the faster one has made', async () => {
    const story = createCohortStory()
    const { uuid: failed } = await story.fail('a')
    const { uuid } = await story.order()
    await story.playOne()
    story.beforeReplay = async () => {
      await story.cohorts.markReplayed({ transaction: null }, { cohortUuid: uuid, runUuid: failed, at: 1 })
    }
    await story.play()
    expect(story.ledger.run(failed)).toMatchObject({ status: 'failed', version: 3 })
    expect(story.trail(uuid)).toEqual(['SELECT_RUNS success', 'REPLAY_ITEMS success', 'COMPLETED full'])
    expect(story.ledger.run(uuid).result).toMatchObject({ REPLAY_ITEMS: { replayed: 0, refused: 0 } })
  })

  test('where two workers have the same job: the slower one does not call refused what the faster one has just replayed', async () => {
    const story = createCohortStory()
    const failed = await story.fail('a')
    story.turnedAway.clear()
    const { uuid } = await story.order()
    await story.playOne()
    story.beforeReplay = async () => {
      story.beforeReplay = () => {}
      await story.cohorts.markReplayed({ transaction: null }, { cohortUuid: uuid, runUuid: failed.uuid, at: 1 })
      await story.replayAlone(failed)
    }
    await story.play()
    expect(story.trail(uuid)).toEqual(['SELECT_RUNS success', 'REPLAY_ITEMS success', 'COMPLETED full'])
    expect(story.ledger.run(uuid).result).toMatchObject({ REPLAY_ITEMS: { replayed: 0, refused: 0 } })
    expect(await story.outcomes(uuid)).toEqual({ a: 'replayed' })
  })
})

describe('a long cohort', () => {
  const SLOW_MS = 250

  async function aSlowCohort() {
    const story = createCohortStory()
    for (const name of names(450)) await story.fail(name)
    const { uuid } = await story.order({ count: 450 })
    story.beforeReplay = () => {
      story.clock.moveTo(story.clock.now() + SLOW_MS)
    }
    await story.playOne()
    return { story, uuid, replayed: async () => Object.values(await story.outcomes(uuid)).filter((one) => one === 'replayed').length }
  }

  test('works on for twenty seconds, at least 200 runs, and then saves where it stands', async () => {
    const { story, uuid, replayed } = await aSlowCohort()
    await story.playOne()
    expect(await replayed()).toBe(200)
    await story.play()
    expect(story.trail(uuid)).toEqual([
      'SELECT_RUNS success',
      'REPLAY_ITEMS success',
      'REPLAY_ITEMS success',
      'REPLAY_ITEMS success',
      'COMPLETED full',
    ])
    expect(await replayed()).toBe(450)
  })

  test('stops between two chunks when it is cancelled, and goes on with the rest when it is replayed itself', async () => {
    const { story, uuid, replayed } = await aSlowCohort()
    let replays = 0
    story.beforeReplay = async () => {
      replays += 1
      if (replays === 50) {
        const audit = { id: 'x', at: 0, actor: '', action: '', targetType: '', targetId: '', reason: '', details: {} }
        await story.ledger.requestCancel({ uuid, at: story.clock.now(), audit })
      }
    }
    await story.playOne()
    expect(await replayed()).toBe(100)
    await story.play()
    expect(story.trail(uuid)).toEqual(['SELECT_RUNS success', 'REPLAY_ITEMS success', 'REPLAY_ITEMS note', 'CANCELLED'])
    expect(await replayed()).toBe(100)

    await story.replayAlone(story.ledger.run(uuid), { process: replayCohort, lastState: 'REPLAY_ITEMS' })
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(await replayed()).toBe(450)
  })

  test('stops within its chunk when its worker does', async () => {
    const { story, uuid, replayed } = await aSlowCohort()
    const stopping = new AbortController()
    let replays = 0
    story.beforeReplay = () => {
      replays += 1
      if (replays === 30) stopping.abort()
    }
    await story.playOne(stopping.signal)
    expect(await replayed()).toBe(30)
    await story.play()
    expect(await replayed()).toBe(450)
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })
})
