import { describe, expect, test } from 'vitest'
import { createSyncStory, die, organisations, unnumbered } from '../test-support/create-sync-story.ts'

const job = 'userRegistrationNumberSync' as const

describe('a sync of registration numbers', () => {
  test('finds the registration of everybody without a number by his user id, and follows it whole', async () => {
    const story = createSyncStory(organisations(70, (index) => (index < 15 ? { account: unnumbered } : {})))
    const { uuid } = await story.order({ job, config: { batchSize: 30 } })
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'APPLY success', 'COMPLETED full'])
    expect(await story.account('u0015')).toMatchObject({
      accountStatus: 'active',
      registrationNumber: 'ETH-0015',
      statusReason: 'MAP_APPROVED',
    })
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 15, toChange: 15, applied: 15 })
    expect(story.changes()[0]).toBe('u0001 pending_registration → active (registration_number_sync)')
    expect(story.stores.audit()[0]?.details).toMatchObject({ registrationNumberAdded: true, registrationNumber: 'ETH-0001' })
  })

  test('defect 6: takes a user without a registration for nothing unusual', async () => {
    const story = createSyncStory(organisations(2, () => ({ account: unnumbered, registration: null })))
    const { uuid } = await story.order({ job })
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'COMPLETED full'])
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 2, notRegistered: 2, findings: 0 })
    expect(await story.items(uuid)).toEqual({})
  })

  test('defect 20: follows the status of a draft although it has no number yet', async () => {
    const story = createSyncStory(
      organisations(1, () => ({ account: unnumbered, registration: { registrationNumber: null, status: 'draft' } })),
    )
    await story.order({ job })
    await story.play()
    expect(await story.account('u0001')).toMatchObject({
      organizationStatus: 'draft',
      registrationNumber: null,
      registrationId: 'reg-0001',
    })
  })

  test('chooses none of two registrations, and no number that another account has', async () => {
    const given = organisations(3, (index) => (index < 2 ? { account: unnumbered } : {}))
    const story = createSyncStory(given)
    const [first, second] = given.registrations
    if (first) story.service.put({ ...first, registrationId: 'reg-second', registrationNumber: 'ETH-7777' })
    if (second) story.service.put({ ...second, registrationNumber: 'ETH-0003' })
    const { uuid } = await story.order({ job })
    await story.play()
    expect(await story.items(uuid)).toEqual({ u0001: 'noted SEVERAL_REGISTRATIONS', u0002: 'noted NUMBER_TAKEN' })
    expect(story.changes()).toEqual([])
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 2, findings: 2 })
  })

  test('has nothing to do the second time', async () => {
    const story = createSyncStory(organisations(15, () => ({ account: unnumbered })))
    await story.order({ job })
    await story.play()
    const { uuid } = await story.order({ job })
    await story.play()
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 0 })
  })

  test('is tried as a dry run first, where somebody wants to see what it would do', async () => {
    const story = createSyncStory(organisations(15, () => ({ account: unnumbered })))
    const { uuid } = await story.order({ job, dryRun: true })
    await story.play()
    expect(new Set(Object.values(await story.items(uuid)))).toEqual(new Set(['noted MAP_APPROVED']))
    expect(story.changes()).toEqual([])
  })

  test('defect 4: waits out an outage with its cursor, and finds nobody unregistered by it', async () => {
    const story = createSyncStory(organisations(70, () => ({ account: unnumbered })))
    story.service.beforeAnswer = () => {
      if (story.service.requests() === 2) story.service.mode = 'down'
    }
    const { uuid } = await story.order({ job, config: { batchSize: 30, limitPercent: 100 } })
    await story.play({ forMs: 600_000 })
    expect(await story.sync(uuid)).toMatchObject({ decidedThrough: 'u0030', counters: { scanned: 30, notRegistered: 0 } })
    story.service.mode = 'up'
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.changes()).toHaveLength(70)
  })

  test('whose worker dies between two batches is finished by the next one, each account once', async () => {
    const story = createSyncStory(organisations(70, () => ({ account: unnumbered })))
    let written = 0
    story.afterBatch = () => {
      written += 1
      if (written % 2 === 0) die()
    }
    const { uuid } = await story.order({ job, config: { batchSize: 10, limitPercent: 100 } })
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 70, applied: 70 })
    expect(story.changes()).toHaveLength(70)
  })

  test('holds where more accounts become active than may, and applies them once approved', async () => {
    const story = createSyncStory(organisations(70, () => ({ account: unnumbered })))
    const { uuid } = await story.order({ job })
    await story.play({ forMs: 60_000 })
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'AWAIT_APPROVAL', result: { DECIDE: { overruns: [{ direction: 'toActive' }] } } })
    await story.signal({ uuid, name: 'approval', outcome: 'approved' })
    await story.play()
    expect(story.changes()).toHaveLength(70)
  })
})
