import { describe, expect, test } from 'vitest'
import { createSyncStory, organisations, rejected } from '../test-support/create-sync-story.ts'
import { aSyncItem } from '../testing/open-sync-runs.ts'

const DECIDE = { process: 'user-status-sync', state: 'DECIDE', version: 1, priority: 1, delayMs: 0 } as const

/** Eighty of a hundred are to be suspended: 50 in the first batch, 30 in the second. */
const eightyRejected = () => createSyncStory(organisations(100, (index) => (index < 80 ? { registration: rejected } : {})))

describe('a try that goes on after its job was given to another', () => {
  test('adds nothing behind an approval, where the other found no account that was left to decide on', async () => {
    const story = eightyRejected()
    const { uuid } = await story.order()
    let batches = 0
    story.beforeBatch = async () => {
      batches += 1
      if (batches !== 2) return
      // The second batch stands still with this try. Its accounts are closed, and the job is given to another.
      for (const { userId, ...account } of await story.stores.accounts.read(
        organisations(100)
          .accounts.slice(50)
          .map((one) => one.userId),
      ))
        story.stores.put({ userId, ...account, accountStatus: 'closed' })
      await story.dispatcher.enqueue([{ ...DECIDE, uuid }])
      await story.play({ forMs: 60_000 })
      expect(story.ledger.run(uuid)).toMatchObject({ state: 'AWAIT_APPROVAL', result: { DECIDE: { scanned: 50, toChange: 50 } } })
    }
    await story.playOne()
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'AWAIT_APPROVAL', version: 2 })
    expect(Object.keys(await story.items(uuid))).toHaveLength(50)
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 50, toChange: 50 })
  })

  test('and writes a batch just before the other moves the run on has it counted', async () => {
    const story = eightyRejected()
    const { uuid } = await story.order({ config: { limitMinimum: 80 } })
    story.beforeMovingOn = async () => {
      story.beforeMovingOn = () => undefined
      const { batches: expectedBatches, counters } = await story.sync(uuid)
      await story.stores.runs.writeBatch({
        ...{ runUuid: uuid, expectedVersion: 1, expectedBatches, decidedThrough: 'u0200', at: story.clock.now() },
        counters: { ...counters, scanned: 101, toChange: 81, fromActive: 81, toSuspended: 81 },
        ...{ items: [aSyncItem({ userId: 'u0200' })], settled: [], verified: [] },
      })
    }
    await story.play({ forMs: 60_000 })
    expect(story.ledger.run(uuid)).toMatchObject({
      state: 'AWAIT_APPROVAL',
      result: { DECIDE: { toChange: 81, overruns: [{ direction: 'fromActive', changes: 81 }, { direction: 'toSuspended' }] } },
    })
    expect(story.changes()).toEqual([])
  })

  test('and settles what could not be applied just before the other ends the run has that counted', async () => {
    const story = createSyncStory(organisations(1, () => ({ registration: rejected })))
    const { uuid } = await story.order()
    await story.playOne()
    expect(story.ledger.run(uuid).state).toBe('APPLY')
    story.beforeMovingOn = async () => {
      story.beforeMovingOn = () => undefined
      const { batches: expectedBatches, counters } = await story.sync(uuid)
      await story.stores.runs.writeBatch({
        ...{ runUuid: uuid, expectedVersion: 2, expectedBatches, decidedThrough: null, at: story.clock.now() },
        ...{ counters: { ...counters, failed: 1 }, items: [], settled: [], verified: [] },
      })
    }
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED partial')
    expect(story.ledger.run(uuid)).toMatchObject({ result: { APPLY: { applied: 1, failed: 1 } } })
  })
})
