import { expect, test } from 'vitest'
import type { OrganisationAccounts } from '../ports/organisation-accounts.ts'
import { organisations } from '../test-support/create-sync-story.ts'
import { createInMemoryRegistrations } from '../testing/in-memory-registrations.ts'
import { createInMemorySyncStores } from '../testing/in-memory-sync-stores.ts'
import { userStatusSyncRules } from '../user-status-sync/rules.ts'
import { BATCHES_PER_READ, type BatchOfAccounts, createReadAhead } from './read-ahead.ts'
import { DEFAULT_SYNC_CONFIG } from './sync-input.ts'

const BATCH_SIZE = 5
const READ = BATCHES_PER_READ * BATCH_SIZE

function readingAhead(count: number, { after = null }: { readonly after?: string | null } = {}) {
  const given = organisations(count)
  const stores = createInMemorySyncStores()
  for (const account of given.accounts) stores.put(account)
  const service = createInMemoryRegistrations(given.registrations)
  const pages: Parameters<OrganisationAccounts['page']>[0][] = []
  const ahead = createReadAhead({
    accounts: {
      page: (page) => {
        pages.push(page)
        return stores.accounts.page(page)
      },
    },
    registrations: service,
    clock: { now: () => 0 },
    rules: userStatusSyncRules({ config: { ...DEFAULT_SYNC_CONFIG, batchSize: BATCH_SIZE }, startedAt: 0 }),
    after,
    batchSize: BATCH_SIZE,
    signal: new AbortController().signal,
  })
  async function all(): Promise<BatchOfAccounts[]> {
    const batches: BatchOfAccounts[] = []
    while (!batches.at(-1)?.isLast) batches.push(await ahead.next())
    return batches
  }
  return { ahead, all, pages, service }
}

const userIdsOf = (batches: readonly BatchOfAccounts[]) => batches.map(({ lookedUp }) => lookedUp.map(({ account }) => account.userId))

test.each([0, 1, BATCH_SIZE, READ - 1, READ, READ + 1, 3 * READ + BATCH_SIZE + 1])(
  'brings each of %i accounts once, in their order and in full batches, and knows which is the last',
  async (count) => {
    const { all } = readingAhead(count)
    const batches = userIdsOf(await all())
    expect(batches.flat()).toEqual(organisations(count).accounts.map(({ userId }) => userId))
    expect(batches.slice(0, -1).filter(({ length }) => length !== BATCH_SIZE)).toEqual([])
  },
)

test('reads the accounts of four batches at once, and goes on where the last read has ended', async () => {
  const { all, pages } = readingAhead(2 * READ + 1)
  await all()
  expect(pages.map(({ after, limit }) => [after, limit])).toEqual([
    [null, READ],
    ['u0020', READ],
    ['u0040', READ],
  ])
})

test('begins behind what was decided before', async () => {
  const { all } = readingAhead(8, { after: 'u0006' })
  expect(userIdsOf(await all())).toEqual([['u0007', 'u0008']])
})

test('looks no further up than two batches that nobody has asked for', async () => {
  const { ahead, service } = readingAhead(3 * READ)
  await ahead.next()
  await ahead.next()
  expect(service.requests()).toBe(4)
})

test('tells of a fault in the place of the batch that it befell', async () => {
  const { ahead, service } = readingAhead(READ)
  service.beforeAnswer = (keys) => {
    if (keys.some((key) => 'registrationNumber' in key && key.registrationNumber === 'ETH-0008')) throw new Error('away')
  }
  expect((await ahead.next()).lookedUp).toHaveLength(BATCH_SIZE)
  await expect(ahead.next()).rejects.toThrow('away')
  expect((await ahead.next()).lookedUp).toHaveLength(BATCH_SIZE)
})
