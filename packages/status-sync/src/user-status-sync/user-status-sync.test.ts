import { describe, expect, test } from 'vitest'
import { createSyncStory, organisations, unnumbered } from '../test-support/create-sync-story.ts'
import { isRejected, tenRejected } from '../test-support/ten-rejected.ts'

const HOUR_MS = 3_600_000

describe('a sync of statuses', () => {
  test('defect 13: lets every account follow its registration: each change once, with its audit row, its item and the end of its sessions', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order()
    await story.play()

    expect(story.trail(uuid)).toEqual(['DECIDE success', 'APPLY success', 'COMPLETED full'])
    const statuses = Object.entries(await story.statuses())
    expect(statuses.filter(([userId, status]) => (status === 'suspended') !== isRejected(userId))).toEqual([])
    expect(story.changes()).toHaveLength(10)
    expect(story.changes()[0]).toBe('u0001 active → suspended (automated)')
    expect(new Set(Object.values(await story.items(uuid)))).toEqual(new Set(['applied MAP_REJECTED']))
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, unchanged: 110, toChange: 10, fromActive: 10, applied: 10 })
    expect(story.ledger.run(uuid).result).toEqual({
      DECIDE: { scanned: 120, toChange: 10, overruns: [] },
      APPLY: { applied: 10, conflicted: 0, failed: 0 },
    })
    expect(story.counted).toEqual({ registration_sync: 10, realtime: 0 })
  })

  test('defect 7: asks for fifty registrations at a time, and never for one twice', async () => {
    const story = createSyncStory(tenRejected())
    const asked: number[] = []
    story.service.beforeAnswer = (keys) => void asked.push(keys.length)
    await story.order()
    await story.play()
    expect(asked).toEqual([50, 50, 20])
  })

  test('defect 11: changes nothing where nothing has changed, and notes of every account that it was compared', async () => {
    const story = createSyncStory(organisations(60))
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'COMPLETED full'])
    expect(await story.items(uuid)).toEqual({})
    expect(story.changes()).toEqual([])
    expect(await story.account('u0060')).toMatchObject({ statusVersion: 1, lastSyncAt: story.clock.now() })
  })

  test('ends where there is nobody to look at', async () => {
    const story = createSyncStory()
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'COMPLETED full'])
    expect(story.service.requests()).toBe(0)
  })

  test.each([
    ['approves a pending account by its user id and gives it its number', unnumbered, {}, 'active', 'applied MAP_APPROVED'],
    [
      'lets no registration lift a suspension by a person',
      { accountStatus: 'suspended', statusSource: 'admin' },
      { version: 2 },
      'suspended',
      undefined,
    ],
    [
      'takes a rejected one back to pending that was submitted again',
      { accountStatus: 'suspended', organizationStatus: 'rejected' },
      { status: 'submitted', version: 2 },
      'pending_registration',
      'applied RESUBMITTED',
    ],
    [
      'defect 8: changes nothing by a status that it does not know',
      {},
      { status: 'archived', version: 2 },
      'active',
      'noted UNKNOWN_STATUS',
    ],
    [
      'changes nothing where the service knows an older version than was applied, and says so',
      { registrationVersion: 9 },
      { status: 'rejected', version: 8 },
      'active',
      'noted VERSION_WENT_BACK',
    ],
    ['defect 6: finds a number that leads nowhere, and leaves the account alone', {}, null, 'active', 'noted REGISTRATION_GONE'],
  ] as const)('%s', async (_, account, registration, status, item) => {
    const story = createSyncStory(organisations(1, () => ({ account, registration })))
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(await story.statuses()).toEqual({ u0001: status })
    expect((await story.items(uuid)).u0001).toBe(item)
  })

  test('counts the statuses that it does not know, for the alert about them', async () => {
    const story = createSyncStory(organisations(120, (index) => (index < 60 ? { registration: { status: 'archived', version: 2 } } : {})))
    const { uuid } = await story.order()
    await story.play()
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, skippedUnknown: 60 })
    expect(story.told).toEqual([])
  })

  test('fails the one whose number another account has, and applies the others', async () => {
    const story = createSyncStory(
      organisations(2, (index) =>
        index === 0 ? { account: { registrationNumber: 'ETH-0009', registrationId: 'elsewhere' } } : { account: unnumbered },
      ),
    )
    story.beforeBatch = async () => {
      // Between the two phases, the number comes to belong to somebody else.
      const [first] = await story.stores.accounts.read(['u0001'])
      if (first && story.changes().length === 0 && (await story.sync(uuid)).batches === 1)
        story.stores.put({ ...first, registrationNumber: 'ETH-0002' })
    }
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE success', 'APPLY success', 'COMPLETED partial'])
    expect((await story.items(uuid)).u0002).toBe('failed MAP_APPROVED NUMBER_TAKEN')
  })
})

test('an account whose status has changed three times within a day is held the fourth time, and followed again the day after', async () => {
  const story = createSyncStory(organisations(1))
  const [standing] = organisations(1).registrations
  const trail: (string | undefined)[] = []
  for (let version = 2; version <= 5; version += 1) {
    if (standing) story.service.put({ ...standing, status: version % 2 === 0 ? 'rejected' : 'approved', version })
    const { uuid } = await story.order()
    await story.play()
    trail.push((await story.items(uuid)).u0001)
  }
  expect(trail).toEqual(['applied MAP_REJECTED', 'applied MAP_APPROVED', 'applied MAP_REJECTED', 'noted FLAPPING'])
  story.clock.moveTo(story.clock.now() + 25 * HOUR_MS)
  const { uuid } = await story.order()
  await story.play()
  expect((await story.items(uuid)).u0001).toBe('applied MAP_APPROVED')
})

test('defect 2: two runs of the job at once are one', async () => {
  const story = createSyncStory(tenRejected())
  const { uuid } = await story.order()
  // The ledger knows no second one.
  await expect(story.order()).rejects.toThrow('No run')
  expect(story.ledger.runs().map((run) => run.uuid)).toEqual([uuid])
})
