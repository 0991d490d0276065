import { describe, expect, test } from 'vitest'
import { openForTest } from './testing/open-for-test.ts'
import { testDialects } from './testing/test-dialects.ts'

const MINUTE = 60_000

describe.each(testDialects)('leases over $dialect', (dialect) => {
  test('have one holder at a time, who may extend them', async () => {
    const { leases } = await openForTest(dialect)
    const name = 'reconcile'
    expect(await leases.acquire({ name, holder: 'a', forMs: MINUTE })).toBe(true)
    expect(await leases.acquire({ name, holder: 'b', forMs: MINUTE })).toBe(false)
    expect(await leases.acquire({ name, holder: 'a', forMs: MINUTE })).toBe(true)
    expect(await leases.acquire({ name: 'canary', holder: 'b', forMs: MINUTE })).toBe(true)
  })

  test('pass to another holder when they have run out, or were given back by their holder', async () => {
    const { leases } = await openForTest(dialect)
    const name = 'reconcile'
    await leases.acquire({ name, holder: 'a', forMs: -1 })
    expect(await leases.acquire({ name, holder: 'b', forMs: MINUTE })).toBe(true)
    await leases.release({ name, holder: 'a' })
    expect(await leases.acquire({ name, holder: 'c', forMs: MINUTE })).toBe(false)
    await leases.release({ name, holder: 'b' })
    expect(await leases.acquire({ name, holder: 'c', forMs: MINUTE })).toBe(true)
  })

  test('go to one of 20 who ask at once', async () => {
    const { leases } = await openForTest(dialect)
    const holders = Array.from({ length: 20 }, (_, index) => `holder-${index}`)
    const taken = await Promise.all(holders.map((holder) => leases.acquire({ name: 'reconcile', holder, forMs: MINUTE })))
    expect(taken.filter(Boolean)).toHaveLength(1)
  })

  test('run by SQL’s clock, which they tell to the millisecond', async () => {
    const { leases, prisma } = await openForTest(dialect)
    const before = await leases.now()
    await leases.acquire({ name: 'reconcile', holder: 'a', forMs: MINUTE })
    const after = await leases.now()
    const { expiresAt } = await prisma.lease.findUniqueOrThrow({ where: { name: 'reconcile' } })
    expect(expiresAt.getTime()).toBeGreaterThanOrEqual(before + MINUTE)
    expect(expiresAt.getTime()).toBeLessThanOrEqual(after + MINUTE)
  })
})
