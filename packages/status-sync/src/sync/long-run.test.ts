import { describe, expect, test } from 'vitest'
import { createSyncStory } from '../test-support/create-sync-story.ts'
import { tenRejected } from '../test-support/ten-rejected.ts'
import { FEWEST_BATCHES, WORK_FOR_MOST_MS, WORK_FOR_MS } from './work-in-batches.ts'

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
