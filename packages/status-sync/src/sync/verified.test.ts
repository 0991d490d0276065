import { describe, expect, test } from 'vitest'
import { createSyncStory, organisations, rejected, type SyncStory, unnumbered } from '../test-support/create-sync-story.ts'

const MINUTE_MS = 60_000

describe('defect 11: an account that is to change counts as verified once it has been brought up to date, and not before', () => {
  async function held() {
    const story = createSyncStory(organisations(100, (index) => (index < 30 ? { registration: rejected } : {})))
    const { uuid } = await story.order()
    await story.play({ forMs: MINUTE_MS })
    expect(story.ledger.run(uuid).state).toBe('AWAIT_APPROVAL')
    return { story, uuid }
  }
  const unverified = async (story: SyncStory) => {
    const all = await story.stores.accounts.read(organisations(100).accounts.map(({ userId }) => userId))
    return all.filter(({ lastSyncAt }) => lastSyncAt === null).map(({ userId }) => userId)
  }
  const toChange = organisations(30).accounts.map(({ userId }) => userId)

  test('it is listed as not verified while a run waits for an approval, and after one that was refused', async () => {
    const { story, uuid } = await held()
    expect(await unverified(story)).toEqual(toChange)
    await story.signal({ uuid, name: 'approval', outcome: 'refused' })
    await story.play()
    expect(await unverified(story)).toEqual(toChange)
  })

  test('it is verified with its change, or where it needs none any more', async () => {
    const { story, uuid } = await held()
    const [first] = organisations(1, () => ({ registration: { version: 3 } })).registrations
    if (first) story.service.put(first)
    await story.signal({ uuid, name: 'approval', outcome: 'approved' })
    await story.play()
    expect(await unverified(story)).toEqual([])
    expect(await story.account('u0001')).toMatchObject({ accountStatus: 'active', registrationVersion: 3, lastSyncAt: story.clock.now() })
    expect(await story.account('u0002')).toMatchObject({ accountStatus: 'suspended', lastSyncAt: story.clock.now() })
  })

  test('it is not where its change failed', async () => {
    const story = createSyncStory(
      organisations(2, (index) =>
        index === 0 ? { account: { registrationNumber: 'ETH-0009', registrationId: 'elsewhere' } } : { account: unnumbered },
      ),
    )
    story.beforeBatch = async () => {
      const first = await story.account('u0001')
      // Between the two phases, the number comes to belong to somebody else.
      if ((await story.sync(uuid)).batches === 1) story.stores.put({ ...first, registrationNumber: 'ETH-0002' })
    }
    const { uuid } = await story.order()
    await story.play()
    expect((await story.items(uuid)).u0002).toBe('failed MAP_APPROVED NUMBER_TAKEN')
    expect(await story.account('u0002')).toMatchObject({ lastSyncAt: null })
  })

  test('it is not by a run that only tries', async () => {
    const story = createSyncStory(organisations(100, (index) => (index < 5 ? { registration: rejected } : {})))
    await story.order({ dryRun: true })
    await story.play()
    expect(await unverified(story)).toHaveLength(100)
  })
})
