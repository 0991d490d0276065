import { createVirtualClock } from '@rollcall/engine/testing'
import { describe, expect, test } from 'vitest'
import { createSyncStory, organisations, unnumbered } from '../test-support/create-sync-story.ts'

const DAY_MS = 86_400_000
const NOW = createVirtualClock().now()
const job = 'accountCleanup' as const

/** Never registered, and as old as that. */
const waiting = (days: number) => ({
  registration: null,
  account: { ...unnumbered, createdAt: NOW - days * DAY_MS, statusChangedAt: NOW - days * DAY_MS },
})

describe('a clean-up of accounts', () => {
  test('closes those that have waited for more than 180 days, ends their sessions, and touches no other', async () => {
    const story = createSyncStory(organisations(4, (index) => [waiting(181), waiting(200), waiting(179), {}][index] ?? {}))
    const { uuid } = await story.order({ job })
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'RECHECK success', 'APPLY success', 'COMPLETED full'])
    expect(await story.statuses()).toEqual({ u0001: 'closed', u0002: 'closed', u0003: 'pending_registration', u0004: 'active' })
    expect(story.changes()).toEqual(['u0001', 'u0002'].map((userId) => `${userId} pending_registration → closed (account_cleanup)`))
    expect(await story.items(uuid)).toEqual({ u0001: 'applied ABANDONED', u0002: 'applied ABANDONED' })
    expect(story.signedOut).toEqual(['a0001', 'a0002'])
  })

  test('asks the registration service about each of them, and closes none that has a registration', async () => {
    const story = createSyncStory(
      organisations(2, () => ({ ...waiting(400), registration: { status: 'draft', registrationNumber: null } })),
    )
    const { uuid } = await story.order({ job })
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'COMPLETED full'])
    expect(await story.statuses()).toEqual({ u0001: 'pending_registration', u0002: 'pending_registration' })
  })

  test('closes nobody while the service is away, however long that takes', async () => {
    const story = createSyncStory(organisations(30, () => waiting(400)))
    story.service.mode = 'down'
    const { uuid } = await story.order({ job })
    await story.play()
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'FAILED', errorCode: 'REGISTRATIONS_UNAVAILABLE' })
    expect(story.changes()).toEqual([])
  })

  test('shows in a dry run whom it would close', async () => {
    const story = createSyncStory(organisations(2, () => waiting(400)))
    const { uuid } = await story.order({ job, dryRun: true })
    await story.play()
    expect(await story.items(uuid)).toEqual({ u0001: 'noted ABANDONED', u0002: 'noted ABANDONED' })
    expect(story.changes()).toEqual([])
    expect(await story.sync(uuid)).toMatchObject({ job, dryRun: true, config: { olderThanDays: 180 } })
  })

  test('needs an approval to close more than twenty of a hundred', async () => {
    const story = createSyncStory(organisations(100, () => waiting(400)))
    const { uuid } = await story.order({ job })
    await story.play({ forMs: 60_000 })
    expect(story.ledger.run(uuid)).toMatchObject({
      state: 'AWAIT_APPROVAL',
      result: { DECIDE: { overruns: [{ direction: 'toClosed', changes: 100 }] } },
    })
    await story.signal({ uuid, name: 'approval', outcome: 'approved' })
    await story.play()
    expect(story.changes()).toHaveLength(100)
  })

  test('asks about each by the user id a second time before it closes anybody, and leaves alone who has registered meanwhile', async () => {
    const story = createSyncStory(organisations(3, () => waiting(400)))
    const asked: string[][] = []
    story.service.beforeAnswer = (keys) => void asked.push(keys.map((key) => ('userId' in key ? key.userId : key.registrationNumber)))
    const { uuid } = await story.order({ job })
    await story.playOne()
    const [registration] = organisations(1, () => ({ registration: { status: 'draft', registrationNumber: null } })).registrations
    if (registration) story.service.put(registration)
    await story.play()
    expect(asked).toEqual([
      ['u0001', 'u0002', 'u0003'],
      ['u0001', 'u0002', 'u0003'],
    ])
    expect((await story.items(uuid)).u0001).toBe('noted ABANDONED HAS_REGISTRATION')
    expect(await story.statuses()).toEqual({ u0001: 'pending_registration', u0002: 'closed', u0003: 'closed' })
  })

  test('leaves alone whose push comes between its second look and the change', async () => {
    const story = createSyncStory(organisations(1, () => waiting(400)))
    const { uuid } = await story.order({ job })
    await story.playOne()
    await story.playOne()
    expect(story.ledger.run(uuid).state).toBe('APPLY')
    const account = await story.account('u0001')
    story.stores.put({ ...account, organizationStatus: 'draft', registrationId: 'reg-0001', registrationVersion: 1, statusVersion: 2 })
    await story.play()
    expect((await story.items(uuid)).u0001).toBe('noted ABANDONED REGISTRATION_GONE')
    expect(story.changes()).toEqual([])
  })

  test('leaves alone who registers while it waits for an approval', async () => {
    const given = organisations(30, () => waiting(400))
    const story = createSyncStory(given)
    const { uuid } = await story.order({ job })
    await story.play({ forMs: 60_000 })
    const [registration] = organisations(1, () => ({ registration: { status: 'submitted', registrationNumber: null } })).registrations
    if (registration) story.service.put(registration)
    await story.signal({ uuid, name: 'approval', outcome: 'approved' })
    await story.play()
    expect((await story.items(uuid)).u0001).toBe('noted ABANDONED HAS_REGISTRATION')
    expect((await story.statuses()).u0001).toBe('pending_registration')
    expect(story.changes()).toHaveLength(29)
  })

  test('means the same accounts in all its batches, however long it takes', async () => {
    const story = createSyncStory(organisations(20, () => waiting(179.9)))
    story.service.mode = 'down'
    const { uuid } = await story.order({ job, config: { batchSize: 10 } })
    await story.play({ forMs: DAY_MS / 2 })
    story.service.mode = 'up'
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.changes()).toEqual([])
  })
})
