import { createTestDatabase, type TestDatabase } from '@rollcall/database/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { planSeed, type SeedOrder } from './plan-seed.ts'
import { seedRegistrations } from './seed-registrations.ts'

const order: SeedOrder = { count: 5_000, seed: 1, now: Date.UTC(2026, 8, 1), changedShare: 0, portion: 1_000 }

function planned(overrides: Partial<SeedOrder> = {}) {
  const portions = [...planSeed({ ...order, ...overrides })]
  return { registrations: portions.flatMap(({ registrations }) => registrations), accounts: portions.flatMap(({ accounts }) => accounts) }
}

describe('what is planned', () => {
  const { accounts, registrations } = planned()
  const shared = (keys: readonly (string | null)[]) =>
    keys.filter((key) => key !== null).length - new Set(keys.filter((key) => key !== null)).size

  test('has every status, and words that no sync knows', () => {
    const statuses = ['approved', 'archived', 'certified', 'clarification', 'draft', 'rejected', 'renewal_due', 'submitted', 'under_review']
    expect([...new Set(registrations.map(({ status }) => status))].toSorted()).toEqual(statuses)
  })

  test('has numbers that are missing, numbers that are double, and users with two registrations', () => {
    expect(
      registrations.filter(({ registrationNumber, status }) => registrationNumber === null && status !== 'draft').length,
    ).toBeGreaterThan(10)
    expect(registrations.every(({ registrationNumber, status }) => status !== 'draft' || registrationNumber === null)).toBe(true)
    expect(shared(registrations.map(({ registrationNumber }) => registrationNumber))).toBeGreaterThan(5)
    expect(shared(registrations.map(({ userId }) => userId))).toBeGreaterThan(5)
  })

  test('has an account per organisation, and no number on two of them', () => {
    expect(accounts).toHaveLength(order.count)
    expect(shared(accounts.map(({ registrationNumber }) => registrationNumber))).toBe(0)
    expect(shared(accounts.map(({ userId }) => userId))).toBe(0)
  })

  test('agrees with its registration, but for the share that was asked for', () => {
    const statuses = new Map(registrations.map(({ userId, status }) => [userId, status]))
    const differing = (of: typeof accounts) =>
      of.filter(({ organizationStatus, userId }) => organizationStatus !== statuses.get(userId)).length
    const hasTwo = shared(registrations.map(({ userId }) => userId))
    expect(differing(accounts)).toBeLessThanOrEqual(hasTwo)
    const changed = differing(planned({ changedShare: 0.1 }).accounts)
    expect(changed).toBeGreaterThan(300)
    expect(changed).toBeLessThan(600)
  })

  test('is the same for the same seed, whatever the portions, and another for another', () => {
    expect(planned({ portion: 77 })).toEqual({ accounts, registrations })
    expect(planned({ seed: 2 }).registrations).not.toEqual(registrations)
  })

  test('comes in portions, so that no more than one is in memory', () => {
    for (const portion of planSeed({ ...order, count: 20_500 })) expect(portion.registrations.length).toBeLessThan(1_100)
  })
})

describe('a seed', () => {
  let seeded: TestDatabase
  beforeEach(async () => {
    seeded = await createTestDatabase()
  })
  afterEach(() => seeded.cleanup())

  test('of 100,000 organisations with their accounts stands within seconds', async () => {
    const { prisma, registrationSeeds: seeds } = seeded.database
    const before = process.cpuUsage()
    const made = await seedRegistrations({ seeds, count: 100_000, seed: 1, now: order.now, accountsChanged: 0.01 })
    const { system, user } = process.cpuUsage(before)
    expect(made).toEqual({ registrations: await prisma.registration.count(), accounts: 100_000 })
    expect(made.registrations).toBeGreaterThan(100_000)
    // Of a processor that may have other things to do, too. Here it takes about four.
    expect((system + user) / 1_000_000).toBeLessThan(20)
  }, 60_000)

  test('that was cut short is done again without doubling anything', async () => {
    const { prisma, registrationSeeds: seeds } = seeded.database
    const options = { seeds, seed: 1, now: order.now, accountsChanged: null }
    const { registrations } = await seedRegistrations({ ...options, count: 1_000 })
    const more = await seedRegistrations({ ...options, count: 3_000 })
    expect(await prisma.registration.count()).toBe(registrations + more.registrations)
    expect(await seedRegistrations({ ...options, count: 3_000 })).toEqual({ registrations: 0, accounts: 0 })
  })
})
