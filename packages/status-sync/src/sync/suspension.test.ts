import { describe, expect, test } from 'vitest'
import { createSyncStory, die, organisations, rejected } from '../test-support/create-sync-story.ts'

const MINUTE_MS = 60_000

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
