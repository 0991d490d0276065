import { describe, expect, test } from 'vitest'
import { createSyncStory, organisations } from '../test-support/create-sync-story.ts'
import { tenRejected } from '../test-support/ten-rejected.ts'

describe('one registration that cannot be read', () => {
  test('leaves its own account alone, as a finding of the run, and holds up nobody else’s', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid: first } = await story.order({ dryRun: true })
    await story.play()
    const [odd] = Object.keys(await story.items(first))
    story.service.garble(`reg-${odd?.slice(1)}`)

    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'APPLY success', 'COMPLETED full'])
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, toChange: 9, applied: 9, findings: 1, inDoubt: 1 })
    const items = await story.stores.runs.items({ runUuid: uuid, outcome: 'noted', after: null, limit: 10 })
    expect(items).toMatchObject([
      {
        ...{ userId: odd, action: 'finding', reasonCode: 'REGISTRATION_UNREADABLE', after: null },
        registration: { unreadable: { field: 'version', shape: 'string of length 1' } },
      },
    ])
    // Whoever asks who was not compared of late finds it.
    expect(await story.account(odd ?? '')).toMatchObject({ accountStatus: 'active', lastSyncAt: null })
  })

  test('drops a change that was decided while it could be read', async () => {
    const story = createSyncStory(organisations(100, () => ({ registration: { status: 'rejected', version: 2 } })))
    const { uuid } = await story.order()
    await story.play({ forMs: 60_000 })
    story.service.garble('reg-0007')
    await story.signal({ uuid, name: 'approval', outcome: 'approved' })
    await story.play()
    expect((await story.items(uuid)).u0007).toBe('noted MAP_REJECTED REGISTRATION_UNREADABLE')
    expect((await story.sync(uuid)).counters).toMatchObject({ applied: 99 })
    expect(await story.account('u0007')).toMatchObject({ accountStatus: 'active' })
  })
})
