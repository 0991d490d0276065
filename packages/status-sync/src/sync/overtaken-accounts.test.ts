import { describe, expect, test } from 'vitest'
import { createSyncStory, organisations, rejected } from '../test-support/create-sync-story.ts'
import { tenRejected } from '../test-support/ten-rejected.ts'

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
