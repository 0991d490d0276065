import { describe, expect, test } from 'vitest'
import { FEWEST_BATCHES, WORK_FOR_MOST_MS, WORK_FOR_MS } from '../sync/work-in-batches.ts'
import { createSyncStory, die, organisations, rejected, unnumbered } from '../test-support/create-sync-story.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** 120 organisations in three batches, of which every twelfth was rejected since. */
const tenRejected = () => organisations(120, (index) => (index % 12 === 0 ? { registration: rejected } : {}))
const isRejected = (userId: string) => (Number(userId.slice(1)) - 1) % 12 === 0

describe('a sync of statuses', () => {
  test('defect 13: lets every account follow its registration: each change once, with its audit row, its item and the end of its sessions', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order()
    await story.play()

    expect(story.trail(uuid)).toEqual(['DECIDE success', 'APPLY success', 'COMPLETED full'])
    const statuses = Object.entries(await story.statuses())
    expect(statuses.filter(([userId, status]) => (status === 'suspended') !== isRejected(userId))).toEqual([])
    expect(story.changes()).toHaveLength(10)
    expect(story.changes()[0]).toBe('u0001 active → suspended (automated)')
    expect(new Set(Object.values(await story.items(uuid)))).toEqual(new Set(['applied MAP_REJECTED']))
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, unchanged: 110, toChange: 10, fromActive: 10, applied: 10 })
    expect(story.ledger.run(uuid).result).toEqual({
      DECIDE: { scanned: 120, toChange: 10, overruns: [] },
      APPLY: { applied: 10, conflicted: 0, failed: 0 },
    })
    expect(story.counted).toEqual({ registration_sync: 10, realtime: 0 })
  })

  test('defect 7: asks for fifty registrations at a time, and never for one twice', async () => {
    const story = createSyncStory(tenRejected())
    const asked: number[] = []
    story.service.beforeAnswer = (keys) => void asked.push(keys.length)
    await story.order()
    await story.play()
    expect(asked).toEqual([50, 50, 20])
  })

  test('defect 11: changes nothing where nothing has changed, and notes of every account that it was compared', async () => {
    const story = createSyncStory(organisations(60))
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'COMPLETED full'])
    expect(await story.items(uuid)).toEqual({})
    expect(story.changes()).toEqual([])
    expect(await story.account('u0060')).toMatchObject({ statusVersion: 1, lastSyncAt: story.clock.now() })
  })

  test('ends where there is nobody to look at', async () => {
    const story = createSyncStory()
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'COMPLETED full'])
    expect(story.service.requests()).toBe(0)
  })

  test.each([
    ['approves a pending account by its user id and gives it its number', unnumbered, {}, 'active', 'applied MAP_APPROVED'],
    [
      'lets no registration lift a suspension by a person',
      { accountStatus: 'suspended', statusSource: 'admin' },
      { version: 2 },
      'suspended',
      undefined,
    ],
    [
      'takes a rejected one back to pending that was submitted again',
      { accountStatus: 'suspended', organizationStatus: 'rejected' },
      { status: 'submitted', version: 2 },
      'pending_registration',
      'applied RESUBMITTED',
    ],
    ['changes nothing by a status that it does not know', {}, { status: 'archived', version: 2 }, 'active', 'noted UNKNOWN_STATUS'],
    [
      'changes nothing by a version that was overtaken',
      { registrationVersion: 9 },
      { status: 'rejected', version: 8 },
      'active',
      undefined,
    ],
    ['finds a number that leads nowhere, and leaves the account alone', {}, null, 'active', 'noted REGISTRATION_GONE'],
  ] as const)('%s', async (_, account, registration, status, item) => {
    const story = createSyncStory(organisations(1, () => ({ account, registration })))
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(await story.statuses()).toEqual({ u0001: status })
    expect((await story.items(uuid)).u0001).toBe(item)
  })

  test('counts the statuses that it does not know, for the alert about them', async () => {
    const story = createSyncStory(organisations(120, (index) => (index < 60 ? { registration: { status: 'archived', version: 2 } } : {})))
    const { uuid } = await story.order()
    await story.play()
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, skippedUnknown: 60 })
    expect(story.told).toEqual([])
  })

  test('fails the one whose number another account has, and applies the others', async () => {
    const story = createSyncStory(
      organisations(2, (index) =>
        index === 0 ? { account: { registrationNumber: 'ETH-0009', registrationId: 'elsewhere' } } : { account: unnumbered },
      ),
    )
    story.beforeBatch = async () => {
      // Between the two phases, the number comes to belong to somebody else.
      const [first] = await story.stores.accounts.read(['u0001'])
      if (first && story.changes().length === 0 && (await story.sync(uuid)).batches === 1)
        story.stores.put({ ...first, registrationNumber: 'ETH-0002' })
    }
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'APPLY success', 'COMPLETED partial'])
    expect((await story.items(uuid)).u0002).toBe('failed MAP_APPROVED NUMBER_TAKEN')
  })
})

describe('a dry run', () => {
  test('writes down every difference, and leaves no mark on any account', async () => {
    const given = tenRejected()
    const story = createSyncStory(given)
    const { uuid } = await story.order({ dryRun: true })
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'COMPLETED full'])
    const items = await story.items(uuid)
    expect(Object.keys(items)).toHaveLength(10)
    expect(new Set(Object.values(items))).toEqual(new Set(['noted MAP_REJECTED']))
    expect(await story.stores.accounts.read(given.accounts.map(({ userId }) => userId))).toEqual(given.accounts)
    expect(story.stores.audit()).toEqual([])
  })

  test('shows what would need an approval, and waits for none', async () => {
    const story = createSyncStory(organisations(100, () => ({ registration: rejected })))
    const { uuid } = await story.order({ dryRun: true })
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'COMPLETED full'])
    expect(story.ledger.run(uuid).result).toMatchObject({
      DECIDE: { toChange: 100, overruns: [{ direction: 'fromActive', changes: 100, limit: 20 }, { direction: 'toSuspended' }] },
    })
  })
})

describe('an outage of the registration service', () => {
  test('defect 5: of ten minutes in the middle changes nothing while it lasts, keeps the cursor, and is over when it is over', async () => {
    const story = createSyncStory(tenRejected())
    let asked = 0
    story.service.beforeAnswer = () => {
      asked += 1
      if (asked === 2) story.service.mode = 'down'
    }
    const { uuid } = await story.order()
    await story.play({ forMs: 10 * MINUTE_MS })
    expect(story.trail(uuid)).toEqual(['DECIDE REGISTRATIONS_UNAVAILABLE', 'DECIDE'])
    expect(await story.sync(uuid)).toMatchObject({ decidedThrough: 'u0050', batches: 1, counters: { scanned: 50 } })
    expect(story.changes()).toEqual([])

    story.service.mode = 'up'
    const recovered = story.clock.now()
    await story.play({ forMs: 2 * MINUTE_MS })
    expect(story.trail(uuid).filter((step) => !step.includes('×'))).toEqual([
      'DECIDE REGISTRATIONS_UNAVAILABLE',
      'DECIDE success',
      'APPLY success',
      'RECHECK success',
      'APPLY success',
      'COMPLETED full',
    ])
    expect(story.ledger.run(uuid).updatedAt - recovered).toBeLessThanOrEqual(MINUTE_MS)
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, toChange: 10, applied: 10, findings: 0, notRegistered: 0 })
  })

  test('defect 4: at the first question finds nobody without a registration', async () => {
    const story = createSyncStory(tenRejected())
    story.service.mode = 'down'
    const { uuid } = await story.order()
    await story.play({ forMs: HOUR_MS })
    expect(await story.sync(uuid)).toMatchObject({ batches: 0, counters: { scanned: 0, notRegistered: 0, findings: 0 } })
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'DECIDE', status: 'new' })
  })

  test('defect 3: of more than a day fails the run; a replay goes on from its cursor', async () => {
    const story = createSyncStory(tenRejected())
    let asked = 0
    story.service.beforeAnswer = () => {
      asked += 1
      if (asked === 2) story.service.mode = 'down'
    }
    const { uuid } = await story.order()
    const begun = story.clock.now()
    await story.play()
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'FAILED', errorCode: 'REGISTRATIONS_UNAVAILABLE' })
    expect(story.clock.now() - begun).toBe(24 * HOUR_MS)
    expect(story.changes()).toEqual([])

    story.service.mode = 'up'
    const sizes: number[] = []
    story.service.beforeAnswer = (keys) => void sizes.push(keys.length)
    await story.replay(uuid, 'DECIDE')
    await story.play()
    // And once more about the five changes that were decided a day ago.
    expect(sizes).toEqual([50, 20, 5])
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, applied: 10 })
  })

  test('is told apart from a key that is not accepted, which ends the run within the hour', async () => {
    const story = createSyncStory(tenRejected())
    story.service.mode = 'refusing'
    const { uuid } = await story.order()
    await story.play({ forMs: HOUR_MS })
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'FAILED', errorCode: 'REGISTRATIONS_REFUSED' })
    expect(story.changes()).toEqual([])
  })

  test('is told apart from an answer that nobody can read, which ends the run at once', async () => {
    const story = createSyncStory(tenRejected())
    story.service.mode = 'unreadable'
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE REGISTRATIONS_UNREADABLE', 'FAILED'])
  })
})

describe('a worker that dies', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('after its %ith batch was committed leaves a run that is finished by the next one', async (batch) => {
    const story = createSyncStory(tenRejected())
    let written = 0
    story.afterBatch = () => {
      written += 1
      if (written === batch) die()
    }
    const { uuid } = await story.order({ config: { batchSize: 20 } })
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'APPLY success', 'COMPLETED full'])
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, unchanged: 110, toChange: 10, applied: 10 })
    expect(story.changes()).toHaveLength(10)
    expect(new Set(story.changes()).size).toBe(10)
  })

  test('before its batch is committed leaves nothing of it', async () => {
    const story = createSyncStory(tenRejected())
    let begun = 0
    story.beforeBatch = () => {
      begun += 1
      if (begun % 2 === 0) die()
    }
    const { uuid } = await story.order({ config: { batchSize: 10 } })
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, toChange: 10, applied: 10 })
    expect(story.changes()).toHaveLength(10)
  })

  test('after all its work and before its transition does no harm in either phase', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order()
    await story.playTwice()
    await story.playTwice()
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, applied: 10 })
    expect(story.changes()).toHaveLength(10)
    expect(story.signedOut).toHaveLength(10)
  })

  test('and was only believed dead writes nothing more once another has written his batch', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order()
    let isOther = false
    story.beforeBatch = async () => {
      if (isOther) return
      isOther = true
      // The other one is quicker with this batch.
      const run = await story.sync(uuid)
      await story.stores.runs.writeBatch({
        ...{
          runUuid: uuid,
          expectedBatches: run.batches,
          decidedThrough: 'u0050',
          counters: { ...run.counters, scanned: 50, unchanged: 50 },
        },
        ...{ items: [], settled: [], verified: [], at: story.clock.now() },
      })
    }
    expect(await story.playOne()).toMatchObject({ kind: 'delayed', delayMs: 30_000 })
    expect(await story.sync(uuid)).toMatchObject({ batches: 1, decidedThrough: 'u0050' })
    await story.play()
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120 })
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })
})

describe('a long run', () => {
  /** Each batch takes so many seconds. */
  function aSlowStory(seconds: number) {
    const story = createSyncStory(tenRejected())
    story.beforeBatch = () => story.clock.moveTo(story.clock.now() + seconds * 1_000)
    return story
  }

  test.each([
    ['every twenty seconds', 1, 1, 20],
    ['after twenty batches where those take longer', 3, 1, FEWEST_BATCHES],
    ['after two minutes at the latest', 30, 1, 4],
  ])('saves where it stands %s', async (_, seconds, batchSize, batches) => {
    const story = aSlowStory(seconds)
    const { uuid } = await story.order({ config: { batchSize } })
    await story.playOne()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'DECIDE'])
    expect((await story.sync(uuid)).batches).toBe(batches)
    const tookMs = story.clock.now() - story.ledger.run(uuid).createdAt
    expect(tookMs).toBeGreaterThanOrEqual(WORK_FOR_MS)
    expect(tookMs).toBeLessThanOrEqual(WORK_FOR_MOST_MS)
    await story.play()
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, applied: 10 })
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })

  test('is cancelled between two of its jobs, and nothing is applied', async () => {
    const story = aSlowStory(1)
    const { uuid } = await story.order({ config: { batchSize: 2 } })
    await story.playOne()
    const audit = { id: 'x', at: 0, actor: '', action: '', targetType: '', targetId: '', reason: '', details: {} }
    await story.ledger.requestCancel({ uuid, at: story.clock.now(), audit })
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'DECIDE note', 'CANCELLED'])
    expect(story.changes()).toEqual([])
  })

  test('defect 18: stops within its batch when its worker does, and goes on', async () => {
    const story = aSlowStory(1)
    const stopping = new AbortController()
    story.afterBatch = () => stopping.abort()
    const { uuid } = await story.order({ config: { batchSize: 10 } })
    await story.playOne(stopping.signal)
    expect(await story.sync(uuid)).toMatchObject({ batches: 1, decidedThrough: 'u0010' })
    await story.play()
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, applied: 10 })
  })
})

describe('a run that is asked to pause', () => {
  test('while it decides rests after its batch, and goes on there when it is resumed', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order()
    story.beforeBatch = async () => void (await story.stores.runs.askPause({ runUuid: uuid, by: 'operator' }))
    await story.play({ forMs: HOUR_MS })
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'DECIDE_PAUSED', status: 'waiting' })
    expect(await story.sync(uuid)).toMatchObject({ decidedThrough: 'u0050', pauseAskedBy: null })
    expect(story.service.requests()).toBeLessThanOrEqual(3)

    story.beforeBatch = () => undefined
    await story.signal({ uuid, name: 'resume', outcome: 'resumed' })
    await story.play()
    expect(story.trail(uuid).filter((step) => !step.includes('×'))).toEqual([
      'DECIDE success',
      'DECIDE_PAUSED success',
      'DECIDE success',
      'APPLY success',
      'RECHECK success',
      'APPLY success',
      'COMPLETED full',
    ])
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, applied: 10 })
  })

  test('while it applies rests after its batch, and looks at the registrations again before it goes on', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order({ config: { batchSize: 4 } })
    story.afterBatch = async () => {
      const { counters } = await story.sync(uuid)
      if (counters.applied === 4) await story.stores.runs.askPause({ runUuid: uuid, by: 'operator' })
    }
    await story.play({ forMs: HOUR_MS })
    expect(story.ledger.run(uuid).state).toBe('APPLY_PAUSED')
    expect(story.changes()).toHaveLength(8)

    story.service.put({ ...(tenRejected().registrations[108] ?? die()), status: 'approved', version: 3 })
    await story.signal({ uuid, name: 'resume', outcome: 'resumed' })
    await story.play()
    expect(
      story
        .trail(uuid)
        .filter((step) => !step.includes('×'))
        .slice(-4),
    ).toEqual(['APPLY_PAUSED success', 'RECHECK success', 'APPLY success', 'COMPLETED full'])
    expect((await story.items(uuid)).u0109).toBe('noted MAP_REJECTED UNCHANGED')
    expect(story.changes()).toHaveLength(9)
  })

  test('and is never resumed fails after a week', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order()
    await story.stores.runs.begin({ runUuid: uuid, job: 'userStatusSync', trigger: 'schedule', dryRun: false, config: {}, startedAt: 0 })
    await story.stores.runs.askPause({ runUuid: uuid, by: 'operator' })
    const begun = story.clock.now()
    await story.play()
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'FAILED', errorCode: 'SIGNAL_DEADLINE_PASSED' })
    expect(story.clock.now() - begun).toBe(7 * 24 * HOUR_MS)
    expect(story.service.requests()).toBe(0)
  })
})

describe('a run that would change more than it may', () => {
  /** Thirty of a hundred; twenty may. */
  async function held(changes: Parameters<ReturnType<typeof createSyncStory>['order']>[0] = {}) {
    const story = createSyncStory(organisations(100, (index) => (index < 30 ? { registration: rejected } : {})))
    const { uuid } = await story.order(changes)
    await story.play({ forMs: HOUR_MS })
    return { story, uuid }
  }

  test('waits for an approval, having said how many in which direction, and having changed nobody', async () => {
    const { story, uuid } = await held()
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'AWAIT_APPROVAL', status: 'waiting' })
    expect(story.ledger.run(uuid).result).toMatchObject({
      DECIDE: {
        overruns: [
          { direction: 'fromActive', changes: 30, limit: 20 },
          { direction: 'toSuspended', changes: 30, limit: 20 },
        ],
      },
    })
    expect(story.changes()).toEqual([])
    expect(story.told.map((notice) => notice.kind === 'unexpected' && notice.message)).toEqual([
      'The run waits for an approval (fromActive: 30, of which 20 need no approval; toSuspended: 30, of which 20 need no approval).',
    ])
  })

  test('needs none where the limit allows it', async () => {
    const { story, uuid } = await held({ config: { limitPercent: 30 } })
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })

  test('applies what was approved, once the registrations have been asked again', async () => {
    const { story, uuid } = await held()
    const [first] = organisations(1, () => ({ registration: { status: 'approved', version: 3 } })).registrations
    if (first) story.service.put(first)
    await story.signal({ uuid, name: 'approval', outcome: 'approved' })
    await story.play()
    expect(story.trail(uuid).filter((step) => !step.includes('×'))).toEqual([
      'DECIDE success',
      'AWAIT_APPROVAL success',
      'RECHECK success',
      'APPLY success',
      'COMPLETED full',
    ])
    expect(story.ledger.run(uuid).result).toMatchObject({ RECHECK: { rechecked: 30, dropped: 1 }, APPLY: { applied: 29 } })
    expect((await story.statuses()).u0001).toBe('active')
    expect(story.changes()).toHaveLength(29)
  })

  test('drops what would lead elsewhere by now: nobody has approved that', async () => {
    const { story, uuid } = await held()
    const [first] = organisations(1, () => ({ registration: { status: 'submitted', version: 3 } })).registrations
    if (first) story.service.put(first)
    await story.signal({ uuid, name: 'approval', outcome: 'approved' })
    await story.play()
    expect((await story.items(uuid)).u0001).toBe('noted MAP_REJECTED MAP_SUBMITTED')
    expect((await story.statuses()).u0001).toBe('active')
    expect(story.changes()).toHaveLength(29)
  })

  test('asks again after a pause, too, about all that is left', async () => {
    const { story, uuid } = await held({ config: { batchSize: 10 } })
    story.afterBatch = async () => {
      if (story.changes().length === 10) await story.stores.runs.askPause({ runUuid: uuid, by: 'operator' })
    }
    await story.signal({ uuid, name: 'approval', outcome: 'approved' })
    await story.play({ forMs: HOUR_MS })
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'APPLY_PAUSED', result: { RECHECK: { rechecked: 30 } } })
    const left = Object.entries(await story.items(uuid)).filter(([, item]) => item.startsWith('pending'))
    const { registrations } = organisations(30, () => ({ registration: { status: 'approved', version: 3 } }))
    story.service.put(...registrations)
    await story.signal({ uuid, name: 'resume', outcome: 'resumed' })
    await story.play()
    expect(story.ledger.run(uuid).result).toMatchObject({ RECHECK: { rechecked: left.length, dropped: left.length } })
    expect(story.changes()).toHaveLength(30 - left.length)
    expect(left.length).toBeGreaterThan(0)
  })

  test('waits once more where the service is away after the approval', async () => {
    const { story, uuid } = await held()
    story.service.mode = 'down'
    await story.signal({ uuid, name: 'approval', outcome: 'approved' })
    await story.play({ forMs: 10 * MINUTE_MS })
    expect(story.ledger.run(uuid).state).toBe('RECHECK')
    expect(story.changes()).toEqual([])
    story.service.mode = 'up'
    await story.play()
    expect(story.changes()).toHaveLength(30)
  })

  test('pauses while it asks again, too', async () => {
    const { story, uuid } = await held()
    await story.stores.runs.askPause({ runUuid: uuid, by: 'operator' })
    await story.signal({ uuid, name: 'approval', outcome: 'approved' })
    await story.play({ forMs: HOUR_MS })
    expect(story.ledger.run(uuid).state).toBe('APPLY_PAUSED')
    await story.signal({ uuid, name: 'resume', outcome: 'resumed' })
    await story.play()
    expect(story.changes()).toHaveLength(30)
    expect(story.ledger.run(uuid).result).toMatchObject({ RECHECK: { rechecked: 30, dropped: 0 } })
  })

  test('changes nobody where the approval is refused', async () => {
    const { story, uuid } = await held()
    await story.signal({ uuid, name: 'approval', outcome: 'refused' })
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED partial')
    expect(story.changes()).toEqual([])
  })

  test('fails after a day in which nobody has said anything', async () => {
    const { story, uuid } = await held()
    await story.play()
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'FAILED', errorCode: 'SIGNAL_DEADLINE_PASSED' })
    expect(story.changes()).toEqual([])
  })
})

describe('an answer that is older than ten minutes when it is to be applied', () => {
  const said = (story: ReturnType<typeof createSyncStory>, userIndex: number, status: string, version: number) => {
    const standing = tenRejected().registrations[userIndex]
    if (standing) story.service.put({ ...standing, status, version })
  }
  const steps = (story: ReturnType<typeof createSyncStory>, uuid: string) => story.trail(uuid).filter((step) => !step.includes('×'))

  test('is asked for again where the run rested while it decided', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order()
    story.beforeBatch = async () => void (await story.stores.runs.askPause({ runUuid: uuid, by: 'operator' }))
    await story.play({ forMs: HOUR_MS })
    story.beforeBatch = () => undefined
    said(story, 0, 'approved', 3)
    await story.signal({ uuid, name: 'resume', outcome: 'resumed' })
    await story.play()
    expect((await story.statuses()).u0001).toBe('active')
    expect((await story.items(uuid)).u0001).toBe('noted MAP_REJECTED UNCHANGED')
    expect(story.changes()).toHaveLength(9)
    expect(steps(story, uuid).at(-1)).toBe('COMPLETED full')
  })

  test('is asked for again where the service was away while it decided', async () => {
    const story = createSyncStory(tenRejected())
    let asked = 0
    story.service.beforeAnswer = () => {
      asked += 1
      if (asked === 2) story.service.mode = 'down'
    }
    await story.order()
    await story.play({ forMs: 20 * MINUTE_MS })
    story.service.mode = 'up'
    said(story, 0, 'approved', 3)
    await story.play()
    expect((await story.statuses()).u0001).toBe('active')
    expect(story.changes()).toHaveLength(9)
  })

  test.each(['the persisting worker was away', 'it failed there and was replayed a week later'])(
    'is asked for again where %s',
    async (how) => {
      const story = createSyncStory(tenRejected())
      const { uuid } = await story.order()
      await story.playOne()
      expect(story.ledger.run(uuid).state).toBe('APPLY')
      if (how.includes('replayed')) {
        const audit = { id: 'x', at: 0, actor: '', action: '', targetType: '', targetId: '', reason: '', details: {} }
        await story.ledger.requestCancel({ uuid, at: story.clock.now(), audit })
        await story.play()
        expect(story.ledger.run(uuid).state).toBe('CANCELLED')
        story.clock.moveTo(story.clock.now() + 7 * 24 * HOUR_MS)
        await story.replay(uuid, 'APPLY')
      } else story.clock.moveTo(story.clock.now() + 10 * MINUTE_MS + 1)
      said(story, 0, 'approved', 3)
      await story.play()
      expect(steps(story, uuid).slice(-4)).toEqual(['APPLY success', 'RECHECK success', 'APPLY success', 'COMPLETED full'])
      expect((await story.statuses()).u0001).toBe('active')
      expect(story.changes()).toHaveLength(9)
    },
  )

  test('is not asked for again before that', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order()
    await story.playOne()
    story.clock.moveTo(story.clock.now() + 9 * MINUTE_MS)
    await story.play()
    expect(steps(story, uuid)).toEqual(['DECIDE success', 'APPLY success', 'COMPLETED full'])
  })

  test('is asked for in turns with applying where asking for all of them takes longer than an answer holds', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order({ config: { batchSize: 1, limitPercent: 100 } })
    while (story.ledger.run(uuid).state === 'DECIDE') await story.playOne()
    story.clock.moveTo(story.clock.now() + HOUR_MS)
    story.service.beforeAnswer = () => story.clock.moveTo(story.clock.now() + 2 * MINUTE_MS)
    await story.play()
    expect(steps(story, uuid).at(-1)).toBe('COMPLETED full')
    expect(story.changes()).toHaveLength(10)
    expect(steps(story, uuid).filter((step) => step === 'RECHECK success').length).toBeGreaterThan(2)
  })
})

describe('an account that somebody else changes between decision and change', () => {
  const one = () => organisations(1, () => ({ registration: rejected }))

  test('defect 10: is read and judged again, and changed on what was found then', async () => {
    const story = createSyncStory(one())
    let batches = 0
    story.beforeBatch = async () => {
      batches += 1
      if (batches === 2) story.stores.put({ ...(await story.account('u0001')), statusVersion: 5 })
    }
    const { uuid } = await story.order()
    await story.play()
    expect(await story.account('u0001')).toMatchObject({ accountStatus: 'suspended', statusVersion: 6 })
    expect((await story.stores.runs.items({ runUuid: uuid, outcome: null, after: null, limit: 9 }))[0]).toMatchObject({
      outcome: 'applied',
      attempt: 2,
    })
    expect(story.changes()).toHaveLength(1)
  })

  test('three times is left to the next run, which is told', async () => {
    const story = createSyncStory(one())
    let batches = 0
    story.beforeBatch = async () => {
      batches += 1
      const account = await story.account('u0001')
      if (batches > 1) story.stores.put({ ...account, statusVersion: account.statusVersion + 1 })
    }
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'APPLY success', 'COMPLETED partial'])
    expect((await story.stores.runs.items({ runUuid: uuid, outcome: null, after: null, limit: 9 }))[0]).toMatchObject({
      ...{ outcome: 'conflicted', attempt: 3, errorCode: 'ACCOUNT_CHANGED' },
    })
    expect((await story.sync(uuid)).counters).toMatchObject({ toChange: 1, applied: 0, conflicted: 1 })
    expect(story.changes()).toEqual([])
    expect(story.signedOut).toEqual([])
  })

  test('holds up none of its batch', async () => {
    const story = createSyncStory(tenRejected())
    let batches = 0
    story.beforeBatch = async () => {
      batches += 1
      const account = await story.account('u0013')
      if (batches > 3) story.stores.put({ ...account, statusVersion: account.statusVersion + 1 })
    }
    const { uuid } = await story.order()
    await story.play()
    expect((await story.sync(uuid)).counters).toMatchObject({ toChange: 10, applied: 9, conflicted: 1 })
    expect(story.changes()).toHaveLength(9)
  })

  test('by suspending it keeps what he decided', async () => {
    const story = createSyncStory(
      organisations(1, () => ({
        account: { accountStatus: 'pending_registration', organizationStatus: 'submitted' },
        registration: { version: 2 },
      })),
    )
    let batches = 0
    story.beforeBatch = async () => {
      batches += 1
      const account = await story.account('u0001')
      if (batches === 2) story.stores.put({ ...account, accountStatus: 'suspended', statusSource: 'security', statusVersion: 2 })
    }
    const { uuid } = await story.order()
    await story.play()
    expect(await story.account('u0001')).toMatchObject({ accountStatus: 'suspended', statusSource: 'security' })
    expect((await story.items(uuid)).u0001).toBe('noted MAP_APPROVED MANUAL_HOLD')
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })

  test('by a push of the same news is not changed a second time', async () => {
    const story = createSyncStory(one())
    const { uuid } = await story.order()
    await story.playOne()
    await story.push({ ...one().registrations[0], ...rejected })
    await story.play()
    expect(story.changes()).toHaveLength(1)
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.signedOut).toEqual(['a0001'])
  })

  test('by a push of later news keeps the later news', async () => {
    const story = createSyncStory(one())
    const { uuid } = await story.order()
    await story.playOne()
    // The push overtakes the sync, which has seen the rejection only.
    const later = await story.push({ ...one().registrations[0], status: 'certified', version: 3 })
    await story.queue.restore([])
    for (let played = 0; played < 2; played += 1) await story.playOne()
    expect(story.trail(later.uuid).at(-1)).toBe('COMPLETED full')
    await story.play()
    expect(await story.account('u0001')).toMatchObject({ accountStatus: 'active', organizationStatus: 'certified', registrationVersion: 3 })
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
  })
})

test('an account whose status has changed three times within a day is held the fourth time, and followed again the day after', async () => {
  const story = createSyncStory(organisations(1))
  const [standing] = organisations(1).registrations
  const trail: (string | undefined)[] = []
  for (let version = 2; version <= 5; version += 1) {
    if (standing) story.service.put({ ...standing, status: version % 2 === 0 ? 'rejected' : 'approved', version })
    const { uuid } = await story.order()
    await story.play()
    trail.push((await story.items(uuid)).u0001)
  }
  expect(trail).toEqual(['applied MAP_REJECTED', 'applied MAP_APPROVED', 'applied MAP_REJECTED', 'noted FLAPPING'])
  story.clock.moveTo(story.clock.now() + 25 * HOUR_MS)
  const { uuid } = await story.order()
  await story.play()
  expect((await story.items(uuid)).u0001).toBe('applied MAP_APPROVED')
})

describe('a suspension', () => {
  test('begins the run that ends the sessions, with it or not at all', async () => {
    const story = createSyncStory(organisations(1, () => ({ registration: rejected })))
    let batches = 0
    story.afterBatch = () => {
      batches += 1
      // The suspension stands; the worker dies before it has told the queue of the other run.
      if (batches === 2) die()
    }
    await story.order()
    await story.playOne()
    await story.playOne()
    expect(await story.statuses()).toEqual({ u0001: 'suspended' })
    const revocation = story.ledger.runs().find(({ process }) => process === 'session-revocation')
    expect(revocation).toMatchObject({ input: { userId: 'u0001', azureId: 'a0001', statusVersion: 2 }, scopeId: 'u0001' })
    expect(story.signedOut).toEqual([])
    story.clock.moveTo(story.clock.now() + 2 * MINUTE_MS)
    await story.reconcile()
    await story.play()
    expect(story.signedOut).toEqual(['a0001'])
  })

  test('of an account that the directory does not have ends our own sessions only', async () => {
    const story = createSyncStory(organisations(1, () => ({ account: { azureId: null }, registration: rejected })))
    await story.order()
    await story.play()
    expect(story.ledger.runs().map(({ process }) => process)).toEqual(['user-status-sync'])
    expect((await story.account('u0001')).sessionsValidFrom).not.toBeNull()
  })
})

test('defect 2: two runs of the job at once are one', async () => {
  const story = createSyncStory(tenRejected())
  const { uuid } = await story.order()
  // The ledger knows no second one.
  await expect(story.order()).rejects.toThrow('No run')
  expect(story.ledger.runs().map((run) => run.uuid)).toEqual([uuid])
})
