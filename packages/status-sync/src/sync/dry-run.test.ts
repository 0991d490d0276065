import { describe, expect, test } from 'vitest'
import { createSyncStory, organisations, rejected } from '../test-support/create-sync-story.ts'
import { tenRejected } from '../test-support/ten-rejected.ts'

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
