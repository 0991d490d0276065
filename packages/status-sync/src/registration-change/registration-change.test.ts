import { describe, expect, test } from 'vitest'
import { createSyncStory, organisations, rejected } from '../test-support/create-sync-story.ts'

const one = organisations(1)
const standing = one.registrations[0] ?? {}

describe('a pushed change of a registration', () => {
  test('lets the account follow at once, with its audit row and the end of its sessions', async () => {
    const story = createSyncStory(one)
    const { uuid } = await story.push({ ...standing, ...rejected })
    await story.play()
    expect(story.trail(uuid)).toEqual(['APPLY_CHANGE success', 'COMPLETED full'])
    expect(story.ledger.run(uuid).result).toEqual({ APPLY_CHANGE: { reasonCode: 'MAP_REJECTED', accountStatus: 'suspended' } })
    expect(await story.account('u0001')).toMatchObject({ accountStatus: 'suspended', statusSource: 'realtime', registrationVersion: 2 })
    expect(story.changes()).toEqual(['u0001 active → suspended (realtime)'])
    expect(story.signedOut).toEqual(['a0001'])
    expect(story.counted).toEqual({ registration_sync: 0, realtime: 1 })
    expect(story.service.requests()).toBe(0)
  })

  test('leaves the sync nothing to do', async () => {
    const story = createSyncStory(one)
    story.service.put({ ...one.registrations[0], ...rejected } as never)
    await story.push({ ...standing, ...rejected })
    await story.play()
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'COMPLETED full'])
    expect((await story.sync(uuid)).counters).toMatchObject({ unchanged: 1 })
  })

  test.each([
    ['that says what is known', { version: 2 }, 'nothingToChange', 'UNCHANGED', 'full'],
    ['that comes late', { ...rejected, version: 1 }, 'nothingToChange', 'STALE', 'full'],
    ['of a status that we do not know', { status: 'archived', version: 2 }, 'notApplied', 'UNKNOWN_STATUS', 'partial'],
    ['of a user whom we do not know', { userId: 'nobody', registrationNumber: 'ETH-9999', version: 2 }, 'noAccount', 'NO_ACCOUNT', 'full'],
    [
      'of a user whom we do not know, under an organisation’s number',
      { userId: 'nobody', version: 2 },
      'notApplied',
      'OTHER_OWNER',
      'partial',
    ],
    [
      'of a second registration of the user',
      { registrationId: 'reg-second', status: 'draft', registrationNumber: null },
      'notApplied',
      'SEVERAL_REGISTRATIONS',
      'partial',
    ],
  ])('%s changes no status', async (_, changes, _outcome, reasonCode, completion) => {
    const story = createSyncStory(one)
    const { uuid } = await story.push({ ...standing, ...changes })
    await story.play()
    expect(story.trail(uuid)).toEqual(['APPLY_CHANGE success', `COMPLETED ${completion}`])
    expect(story.ledger.run(uuid).result).toMatchObject({ APPLY_CHANGE: { reasonCode } })
    expect(story.changes()).toEqual([])
  })

  test('that comes late comes too late also after one that changed no status', async () => {
    const story = createSyncStory(one)
    await story.push({ ...standing, version: 5 })
    await story.play()
    await story.push({ ...standing, ...rejected, version: 4 })
    await story.play()
    expect(await story.account('u0001')).toMatchObject({ accountStatus: 'active', registrationVersion: 5 })
  })

  test.each([
    [2, 3],
    [3, 2],
  ])('and the next one end in the same, whichever comes first (%i, then %i)', async (...versions) => {
    const story = createSyncStory(one)
    for (const version of versions) await story.push({ ...standing, version, status: version === 2 ? 'rejected' : 'certified' })
    await story.play()
    expect(await story.account('u0001')).toMatchObject({ accountStatus: 'active', organizationStatus: 'certified', registrationVersion: 3 })
  })

  test('is harmless when its state runs twice', async () => {
    const story = createSyncStory(one)
    await story.push({ ...standing, ...rejected })
    await story.playTwice()
    await story.play()
    expect(story.changes()).toHaveLength(1)
    expect(story.signedOut).toEqual(['a0001'])
  })

  test('reads the account again where somebody changed it meanwhile, and keeps a suspension by a person', async () => {
    const story = createSyncStory(
      organisations(1, () => ({ account: { accountStatus: 'pending_registration', organizationStatus: 'submitted' } })),
    )
    const { holdersOf } = story.stores.accounts
    let looks = 0
    Object.assign(story.stores.accounts, {
      changesSince: async () => {
        looks += 1
        if (looks === 1)
          story.stores.put({ ...(await story.account('u0001')), accountStatus: 'suspended', statusSource: 'admin', statusVersion: 2 })
        return new Map()
      },
      holdersOf,
    })
    const { uuid } = await story.push({ ...standing, version: 2 })
    await story.play()
    expect(story.trail(uuid)).toEqual(['APPLY_CHANGE ACCOUNT_CHANGED', 'APPLY_CHANGE success', 'COMPLETED full'])
    expect(await story.account('u0001')).toMatchObject({ accountStatus: 'suspended', statusSource: 'admin' })
    expect(story.changes()).toEqual([])
  })

  test('reaches the account of an individual who acts under its number', async () => {
    const story = createSyncStory(organisations(1, () => ({ account: { type: 'individual' } })))
    await story.push({ ...standing, ...rejected, userId: 'the-owner' })
    await story.play()
    expect(story.changes()).toEqual(['u0001 active → suspended (realtime)'])
  })

  test('of a user whose account the clean-up closed is left for a person', async () => {
    const closed = { accountStatus: 'closed', statusReason: 'ABANDONED', registrationId: null, registrationVersion: null } as const
    const story = createSyncStory(organisations(1, () => ({ account: { ...closed, registrationNumber: null } })))
    const { uuid } = await story.push(standing)
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED partial')
    expect(story.ledger.run(uuid).result).toMatchObject({ APPLY_CHANGE: { reasonCode: 'ACCOUNT_CLOSED_REGISTRATION_FOUND' } })
    expect(story.changes()).toEqual([])
  })

  test('that was under way when a person handed the account back comes too late; the sync follows what holds now', async () => {
    const handedBack = { accountStatus: 'pending_registration', statusSource: 'admin', registrationVersion: 7 } as const
    const story = createSyncStory(organisations(1, () => ({ account: handedBack, registration: { version: 7 } })))
    const { uuid } = await story.push({ ...standing, ...rejected })
    await story.play()
    expect(story.ledger.run(uuid).result).toMatchObject({ APPLY_CHANGE: { reasonCode: 'STALE' } })
    expect(story.changes()).toEqual([])
    await story.order()
    await story.play()
    expect(story.changes()).toEqual(['u0001 pending_registration → active (automated)'])
    expect(await story.account('u0001')).toMatchObject({ statusSource: 'registration_sync', registrationVersion: 7 })
  })

  test('is left for a person where another account has its number', async () => {
    const story = createSyncStory(organisations(2))
    const { uuid } = await story.push({ ...standing, registrationNumber: 'ETH-0002', version: 2 })
    await story.play()
    expect(story.ledger.run(uuid).result).toMatchObject({ APPLY_CHANGE: { reasonCode: 'NUMBER_TAKEN' } })
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED partial')
    expect(story.changes()).toEqual([])
  })
})
