import { describe, expect, test } from 'vitest'
import { createSyncStory, die } from '../test-support/create-sync-story.ts'
import { tenRejected } from '../test-support/ten-rejected.ts'
import { DEFAULT_SYNC_CONFIG } from './sync-input.ts'

const HOUR_MS = 3_600_000

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

  test('and then not to, before it has come to rest, goes on', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order()
    const askPause = (by: string | null) => story.stores.runs.askPause({ runUuid: uuid, by })
    let batches = 0
    story.beforeBatch = async () => void (await askPause('operator'))
    // The worker has been told with its batch, and is about to say that the run rests.
    story.afterBatch = async () => {
      batches += 1
      await askPause(null)
    }
    await story.play({ forMs: HOUR_MS })
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'APPLY success', 'COMPLETED full'])
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, applied: 10 })
    expect(batches).toBe(4)
  })

  test('and is never resumed fails after a week', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order()
    await story.stores.runs.begin({
      runUuid: uuid,
      job: 'userStatusSync',
      trigger: 'schedule',
      dryRun: false,
      config: { batchSize: 50, ...DEFAULT_SYNC_CONFIG },
      startedAt: 0,
    })
    await story.stores.runs.askPause({ runUuid: uuid, by: 'operator' })
    const begun = story.clock.now()
    await story.play()
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'FAILED', errorCode: 'SIGNAL_DEADLINE_PASSED' })
    expect(story.clock.now() - begun).toBe(7 * 24 * HOUR_MS)
    expect(story.service.requests()).toBe(0)
  })
})
