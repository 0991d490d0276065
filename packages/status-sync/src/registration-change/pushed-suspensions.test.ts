import { type CodedError, createIds, type Work } from '@rollcall/engine'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Registration } from '../rules/account.ts'
import { DEFAULT_SYNC_CONFIG } from '../sync/sync-input.ts'
import { createSyncStory, organisations, rejected, type SyncStory } from '../test-support/create-sync-story.ts'
import { T0 } from '../testing/an-account.ts'
import { createInMemorySyncStores } from '../testing/in-memory-sync-stores.ts'
import { PUSH_WINDOW_MS } from './may-lock-out.ts'
import type { RegistrationChange } from './process.ts'
import { createApplyChange } from './states/apply-change.ts'

const LIMIT = 20

async function pushAll(story: SyncStory, registrations: readonly Parameters<SyncStory['push']>[0][]) {
  const runs = []
  // One after the other: of those that are judged at the same moment each may go beyond the limit.
  for (const registration of registrations) {
    runs.push(await story.push(registration))
    await story.play()
  }
  return runs
}

function workOf(registration: Registration): Work<RegistrationChange, 'APPLY_CHANGE'> {
  return {
    ...{ uuid: registration.registrationId, version: 1, groupUuid: 'g1', input: { registration, webhookId: 'w1' }, result: {} },
    ...{ pollingUuid: null, priority: 1, bulk: false, attempt: 0, isFirstTry: true, stateSince: T0, now: T0 },
    signal: new AbortController().signal,
  }
}

const reasonOf = (story: SyncStory, uuid: string) => (story.ledger.run(uuid).result.APPLY_CHANGE as { reasonCode: string }).reasonCode
const suspended = async (story: SyncStory) => Object.values(await story.statuses()).filter((status) => status === 'suspended').length

describe('a registration service that rejects everybody by mistake', () => {
  const all = organisations(60)
  const mistaken = all.registrations.map((registration) => ({ ...registration, ...rejected }))

  test('locks out no more accounts by its pushes than a sync may without an approval; the sync holds the others for one', async () => {
    const story = createSyncStory(all)
    const runs = await pushAll(story, mistaken)
    expect(await suspended(story)).toBe(LIMIT)
    expect(story.signedOut).toHaveLength(LIMIT)
    const held = runs.slice(LIMIT)
    expect(new Set(held.map(({ uuid }) => reasonOf(story, uuid)))).toEqual(new Set(['HELD_FOR_SYNC']))
    expect(new Set(held.map(({ uuid }) => story.trail(uuid).at(-1)))).toEqual(new Set(['COMPLETED partial']))
    expect(await story.account('u0060')).toMatchObject({ accountStatus: 'active', statusVersion: 1, registrationVersion: 1 })

    story.service.put(...mistaken)
    const { uuid } = await story.order()
    await story.play({ forMs: 60_000 })
    expect(story.ledger.run(uuid).state).toBe('AWAIT_APPROVAL')
    expect(await suspended(story)).toBe(LIMIT)
    await story.signal({ uuid, name: 'approval', outcome: 'approved' })
    await story.play()
    expect(await suspended(story)).toBe(60)
  })

  test('is told of once in a while, not for each push', async () => {
    const story = createSyncStory(all)
    await pushAll(story, mistaken)
    expect(story.told).toMatchObject([{ kind: 'pushesHeld', message: expect.stringContaining('too many accounts within an hour') }])
  })

  test('keeps nobody from being approved or taken up again meanwhile', async () => {
    const story = createSyncStory(
      organisations(61, (index) =>
        index < 60 ? {} : { account: { accountStatus: 'pending_registration', organizationStatus: 'submitted' } },
      ),
    )
    await pushAll(story, mistaken)
    const [last] = organisations(61).registrations.slice(-1)
    await story.push({ ...last, version: 2 })
    const [first] = all.registrations
    await story.push({ ...first, status: 'submitted', version: 3 })
    await story.play()
    expect(await story.account('u0061')).toMatchObject({ accountStatus: 'active' })
    expect(await story.account('u0001')).toMatchObject({ accountStatus: 'pending_registration' })
  })

  test('may suspend as many again an hour later, and one more for each that was let in again', async () => {
    const story = createSyncStory(all)
    const [first, ...others] = mistaken
    await pushAll(story, mistaken.slice(0, LIMIT))
    await pushAll(story, [{ ...first, status: 'approved', version: 3 }])
    await pushAll(story, others.slice(LIMIT - 1))
    expect(await suspended(story)).toBe(LIMIT)
    story.clock.moveTo(story.clock.now() + PUSH_WINDOW_MS + 1)
    await pushAll(
      story,
      others.slice(LIMIT).map((one) => ({ ...one, version: 4 })),
    )
    expect(await suspended(story)).toBe(2 * LIMIT)
  })
})

describe('a registration service that sends everybody back by mistake', () => {
  const all = organisations(60)
  const later = async (story: SyncStory) => story.clock.moveTo(story.clock.now() + 1_000)
  const waiting = async (story: SyncStory) =>
    Object.values(await story.statuses()).filter((status) => status === 'pending_registration').length

  test('locks out no more accounts that were active than a sync may without an approval', async () => {
    const story = createSyncStory(all)
    await later(story)
    const mistaken = all.registrations.map((one) => ({ ...one, status: 'clarification', version: 2 }))
    const runs = await pushAll(story, mistaken)
    expect(await waiting(story)).toBe(LIMIT)
    expect(new Set(runs.slice(LIMIT).map(({ uuid }) => reasonOf(story, uuid)))).toEqual(new Set(['HELD_FOR_SYNC']))

    story.service.put(...mistaken)
    const { uuid } = await story.order()
    await story.play({ forMs: 60_000 })
    expect(story.ledger.run(uuid).state).toBe('AWAIT_APPROVAL')
    expect(await waiting(story)).toBe(LIMIT)
  })

  test('has room still after all who were suspended have applied again, and beside those whom it has suspended', async () => {
    const story = createSyncStory(
      organisations(60, (index) => (index < 30 ? { account: { accountStatus: 'suspended', organizationStatus: 'rejected' } } : {})),
    )
    await later(story)
    const [again, others] = [all.registrations.slice(0, 30), all.registrations.slice(30)]
    await pushAll(
      story,
      again.map((one) => ({ ...one, status: 'submitted', version: 2 })),
    )
    expect(await waiting(story)).toBe(30)
    await pushAll(
      story,
      others.slice(0, LIMIT).map((one) => ({ ...one, ...rejected })),
    )
    await pushAll(
      story,
      others.slice(LIMIT).map((one) => ({ ...one, status: 'under_review', version: 2 })),
    )
    expect([await suspended(story), await waiting(story)]).toEqual([LIMIT, 40])
  })
})

test('an operator’s limits and changes per day hold for pushes as they do for the sync', async () => {
  const all = organisations(30)
  const story = createSyncStory(all)
  story.pushSettings = { limitMinimum: 2, limitPercent: 10, changesPerDay: 1 }
  await pushAll(
    story,
    all.registrations.map((one) => ({ ...one, ...rejected })),
  )
  expect(await suspended(story)).toBe(3)
  const [run] = await pushAll(
    story,
    all.registrations.slice(0, 1).map((one) => ({ ...one, version: 3 })),
  )
  expect(reasonOf(story, run?.uuid ?? '')).toBe('FLAPPING')
})

test('pushes that are judged at one moment find the room for one of them only once', async () => {
  const { accounts, audit, put, transaction } = createInMemorySyncStores()
  const all = organisations(LIMIT + 5)
  for (const account of all.accounts) put(account)
  const clock = { now: () => T0 }
  const newId = createIds(clock)
  const ports = { accounts, clock, newId, notify: () => undefined, countChanges: () => undefined }
  const handler = createApplyChange({ ...ports, pushSettings: async () => DEFAULT_SYNC_CONFIG })

  const answers = await Promise.all(all.registrations.map((one) => handler(workOf({ ...one, ...rejected }))))
  const refused: unknown[] = []
  for (const answer of answers)
    await transaction(async (tx) => 'write' in answer && answer.write?.(tx)).catch((error: CodedError) =>
      refused.push(error.errorCode.code),
    )
  expect(refused).toEqual(Array(5).fill('PUSHES_AT_LIMIT'))
  expect(audit()).toHaveLength(LIMIT)
})

test('however pushes come, within any hour they suspend no more accounts than the limit', async () => {
  const waits = fc.array(fc.integer({ min: 0, max: PUSH_WINDOW_MS / 2 }), { minLength: 10, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(waits, fc.integer({ min: 0, max: 5 }), async (between, limitMinimum) => {
      const all = organisations(between.length)
      const story = createSyncStory(all)
      story.pushSettings = { limitMinimum, limitPercent: 5 }
      for (const [index, wait] of between.entries()) {
        story.clock.moveTo(story.clock.now() + wait)
        await pushAll(
          story,
          all.registrations.slice(index, index + 1).map((one) => ({ ...one, ...rejected })),
        )
      }
      const at = story.stores.audit().map((entry) => entry.at)
      const limit = Math.max(limitMinimum, Math.floor(between.length / 20))
      for (const start of at) expect(at.filter((one) => one >= start && one <= start + PUSH_WINDOW_MS).length).toBeLessThanOrEqual(limit)
    }),
    { numRuns: 20 },
  )
})
