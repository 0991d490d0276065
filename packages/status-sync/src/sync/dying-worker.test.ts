import { describe, expect, test } from 'vitest'
import { createSyncStory, die } from '../test-support/create-sync-story.ts'
import { tenRejected } from '../test-support/ten-rejected.ts'

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
          expectedVersion: 1,
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
