// Runs that are to stop while they decide on accounts or change them: between two batches, and not later.
import { FLEET } from '@rollcall/engine'
import { describe, expect, test } from 'vitest'
import { createSyncStory, organisations, rejected, type SyncStory } from '../test-support/create-sync-story.ts'
import { DEFAULT_SYNC_CONFIG } from './sync-input.ts'

const BATCH = 10
const config = { batchSize: BATCH, limitMinimum: 1_000 }
/** A hundred accounts that are to be suspended. */
const hundred = () => organisations(100, () => ({ registration: rejected }))

async function askToCancel(story: SyncStory, uuid: string): Promise<void> {
  const audit = { id: `cancel ${uuid}`, at: story.clock.now(), actor: 'admin', action: 'run.cancel', targetType: 'run', targetId: uuid }
  await story.ledger.requestCancel({ uuid, at: story.clock.now(), audit: { ...audit, reason: 'Too many.', details: {} } })
}

/** Does something right before the batch of this number is written, counted over both phases. */
function atBatch(story: SyncStory, number: number, act: () => Promise<unknown>): void {
  let batches = 0
  story.beforeBatch = async () => {
    batches += 1
    if (batches === number) await act()
  }
}

describe('a run that is cancelled', () => {
  test('while it changes accounts changes none after the batch that is being written', async () => {
    const story = createSyncStory(hundred())
    const { uuid } = await story.order({ config })
    // The first ten decide.
    atBatch(story, 13, () => askToCancel(story, uuid))
    await story.play()
    expect(story.changes()).toHaveLength(2 * BATCH)
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'CANCELLED', status: 'cancelled' })
    expect((await story.sync(uuid)).counters).toMatchObject({ toChange: 100, applied: 2 * BATCH })
    expect(story.signedOut).toHaveLength(2 * BATCH)
    expect(story.clock.now() - story.ledger.run(uuid).createdAt).toBeLessThan(1_000)
  })

  test('while it decides looks at nobody else', async () => {
    const story = createSyncStory(hundred())
    const { uuid } = await story.order({ config })
    atBatch(story, 4, () => askToCancel(story, uuid))
    await story.play()
    expect(story.ledger.run(uuid).state).toBe('CANCELLED')
    expect((await story.sync(uuid)).counters.scanned).toBe(3 * BATCH)
    expect(story.changes()).toEqual([])
  })

  test('while it asks again applies nothing', async () => {
    const story = createSyncStory(hundred())
    const { uuid } = await story.order({ config: { ...config, limitMinimum: 0 } })
    await story.play({ forMs: 60_000 })
    await story.signal({ uuid, name: 'approval', outcome: 'approved' })
    atBatch(story, 2, () => askToCancel(story, uuid))
    await story.play()
    expect(story.ledger.run(uuid).state).toBe('CANCELLED')
    expect(story.changes()).toEqual([])
  })
})

test('a worker that works on a run which another has ended meanwhile changes nobody any more', async () => {
  const story = createSyncStory(hundred())
  const { uuid } = await story.order({ config })
  atBatch(story, 12, async () => {
    const run = story.ledger.run(uuid)
    const over = { state: 'CANCELLED', status: 'cancelled', dueAt: null, liveKey: uuid, expectedVersion: run.version } as const
    await story.ledger.commit([{ ...run, ...over, expectedAttempt: null, version: run.version + 1, events: [] }])
  })
  await story.play()
  expect(story.changes()).toHaveLength(BATCH)
  expect(story.ledger.run(uuid).state).toBe('CANCELLED')
})

test('a pause of the fleet is heard between two batches; the run goes on where it was, and everybody is changed once', async () => {
  const story = createSyncStory(hundred())
  const { uuid } = await story.order({ config })
  atBatch(story, 14, () => story.close(FLEET))
  await story.play({ forMs: 600_000 })
  expect(story.changes()).toHaveLength(3 * BATCH)
  expect(story.ledger.run(uuid).state).toBe('APPLY')
  await story.reopen(FLEET)
  await story.play()
  expect(story.ledger.run(uuid).state).toBe('COMPLETED')
  expect(story.changes()).toHaveLength(100)
  expect(new Set(story.changes()).size).toBe(100)
})

test('the configuration that the sync run keeps holds in every state, whatever the input says', async () => {
  const story = createSyncStory(hundred())
  const { uuid } = await story.order({ config: { batchSize: 100, limitMinimum: 1_000, limitPercent: 100 } })
  const effective = { ...DEFAULT_SYNC_CONFIG, batchSize: BATCH, limitMinimum: 0, limitPercent: 5 }
  const begun = { runUuid: uuid, job: 'userStatusSync', trigger: 'schedule', dryRun: false, startedAt: story.clock.now() } as const
  await story.stores.runs.begin({ ...begun, config: effective })
  await story.play({ forMs: 60_000 })
  expect(story.ledger.run(uuid).state).toBe('AWAIT_APPROVAL')
  expect(await story.sync(uuid)).toMatchObject({ batches: 10, config: effective })
  await story.signal({ uuid, name: 'approval', outcome: 'approved' })
  await story.play()
  expect(await story.sync(uuid)).toMatchObject({ batches: 30, counters: { applied: 100 } })
})
