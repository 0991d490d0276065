import { RetryAfterError } from '@rollcall/engine'
import { describe, expect, test } from 'vitest'
import { statusSyncErrors } from '../errors.ts'
import { createSyncStory } from '../test-support/create-sync-story.ts'
import { tenRejected } from '../test-support/ten-rejected.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** Orders a run whose first batch is answered, and which finds the service like this from the second on. */
async function orderBeforeOutage({ service }: { readonly service: 'down' | 'refusing' }) {
  const story = createSyncStory(tenRejected())
  let asked = 0
  story.service.beforeAnswer = () => {
    asked += 1
    if (asked === 2) story.service.mode = service
  }
  const { uuid } = await story.order()
  return { story, uuid }
}

describe('a key that the registration service does not accept', () => {
  test('stands in the run’s row at once; the run changes nobody, waits, and goes on by itself with the right one', async () => {
    const { story, uuid } = await orderBeforeOutage({ service: 'refusing' })
    await story.play({ forMs: 1_000 })
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'DECIDE', errorCode: 'REGISTRATIONS_REFUSED' })
    await story.play({ forMs: 12 * HOUR_MS })
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'DECIDE', attempt: 1, errorCode: 'REGISTRATIONS_REFUSED' })
    expect(story.changes()).toEqual([])

    story.service.mode = 'up'
    await story.play({ forMs: 2 * MINUTE_MS })
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'COMPLETED', errorCode: null })
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, applied: 10 })
  })

  test('for more than a day fails the run', async () => {
    const story = createSyncStory(tenRejected())
    story.service.mode = 'refusing'
    const { uuid } = await story.order()
    const begun = story.clock.now()
    await story.play()
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'FAILED', errorCode: 'REGISTRATIONS_REFUSED' })
    expect(story.clock.now() - begun).toBe(24 * HOUR_MS)
  })
})

describe('an outage of the registration service', () => {
  test('defect 5: of ten minutes in the middle changes nothing while it lasts, keeps the cursor, and is over when it is over', async () => {
    const { story, uuid } = await orderBeforeOutage({ service: 'down' })
    await story.play({ forMs: 10 * MINUTE_MS })
    expect(story.trail(uuid)).toEqual(['DECIDE REGISTRATIONS_UNAVAILABLE', 'DECIDE'])
    expect(await story.sync(uuid)).toMatchObject({ decidedThrough: 'u0050', batches: 1, counters: { scanned: 50 } })
    expect(story.changes()).toEqual([])

    story.service.mode = 'up'
    const recovered = story.clock.now()
    await story.play({ forMs: 2 * MINUTE_MS })
    expect(story.trail(uuid).filter((step) => !step.includes('×'))).toEqual([
      'DECIDE REGISTRATIONS_UNAVAILABLE',
      'DECIDE success',
      'APPLY success',
      'RECHECK success',
      'APPLY success',
      'COMPLETED full',
    ])
    expect(story.ledger.run(uuid).updatedAt - recovered).toBeLessThanOrEqual(MINUTE_MS)
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, toChange: 10, applied: 10, findings: 0, notRegistered: 0 })
  })

  test('defect 4: at the first question finds nobody without a registration', async () => {
    const story = createSyncStory(tenRejected())
    story.service.mode = 'down'
    const { uuid } = await story.order()
    await story.play({ forMs: HOUR_MS })
    expect(await story.sync(uuid)).toMatchObject({ batches: 0, counters: { scanned: 0, notRegistered: 0, findings: 0 } })
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'DECIDE', status: 'new' })
  })

  test('defect 3: of more than a day fails the run; a replay goes on from its cursor', async () => {
    const { story, uuid } = await orderBeforeOutage({ service: 'down' })
    const begun = story.clock.now()
    await story.play()
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'FAILED', errorCode: 'REGISTRATIONS_UNAVAILABLE' })
    expect(story.clock.now() - begun).toBe(24 * HOUR_MS)
    expect(story.changes()).toEqual([])

    story.service.mode = 'up'
    const sizes: number[] = []
    story.service.beforeAnswer = (keys) => void sizes.push(keys.length)
    await story.replay(uuid, 'DECIDE')
    await story.play()
    // And once more about the five changes that were decided a day ago.
    expect(sizes).toEqual([50, 20, 5])
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect((await story.sync(uuid)).counters).toMatchObject({ scanned: 120, applied: 10 })
  })

  test('with a time to come back is waited out, and no longer', async () => {
    const story = createSyncStory(tenRejected())
    const throttled = (): never => {
      throw new RetryAfterError(statusSyncErrors.REGISTRATIONS_UNAVAILABLE, 30 * MINUTE_MS)
    }
    story.service.beforeAnswer = throttled
    const { uuid } = await story.order()
    await story.play({ forMs: 29 * MINUTE_MS })
    const asked = story.service.requests()
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'DECIDE', status: 'new' })
    story.service.beforeAnswer = () => undefined
    await story.play({ forMs: 2 * MINUTE_MS })
    expect(story.ledger.run(uuid)).toMatchObject({ state: 'COMPLETED' })
    // Once, and not again and again meanwhile: three batches, and once more about those that change.
    expect([asked, story.service.requests()]).toEqual([3, 6])
  })

  test('is told apart from an answer that nobody can read, which ends the run at once', async () => {
    const story = createSyncStory(tenRejected())
    story.service.mode = 'unreadable'
    const { uuid } = await story.order()
    await story.play()
    expect(story.trail(uuid)).toEqual(['DECIDE REGISTRATIONS_UNREADABLE', 'FAILED'])
  })
})
