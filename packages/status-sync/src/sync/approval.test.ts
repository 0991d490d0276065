import { describe, expect, test } from 'vitest'
import { createSyncStory, organisations, rejected } from '../test-support/create-sync-story.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

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
    expect(story.told.map((notice) => notice.kind === 'approvalNeeded' && notice.message)).toEqual([
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
