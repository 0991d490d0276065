import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ACCOUNT_STATUSES } from './account.ts'
import { DEFAULT_BLAST_RADIUS, DIRECTIONS, decideBlastRadius, directionsOf } from './blast-radius.ts'
import { NO_COUNTERS } from './count-decision.ts'

const judge = (changes: Partial<typeof NO_COUNTERS>, policy = DEFAULT_BLAST_RADIUS) =>
  decideBlastRadius({ counters: { ...NO_COUNTERS, ...changes }, policy })

describe('a run holds for approval', () => {
  test('from the 21st change in one direction on, however few accounts there are', () => {
    expect(judge({ scanned: 30, toActive: 20 })).toEqual([])
    expect(judge({ scanned: 30, toActive: 21 })).toEqual([{ direction: 'toActive', changes: 21, limit: 20 }])
  })

  test('beyond five per cent of many accounts', () => {
    expect(judge({ scanned: 10_000, fromActive: 500, toSuspended: 500 })).toEqual([])
    expect(judge({ scanned: 10_019, fromActive: 501, toSuspended: 400 })).toEqual([{ direction: 'fromActive', changes: 501, limit: 500 }])
  })

  test.each(DIRECTIONS)('for %s, too', (direction) => {
    expect(judge({ scanned: 100, [direction]: 21 })).toEqual([{ direction, changes: 21, limit: 20 }])
  })

  test('not for what leaves the status alone', () => {
    expect(judge({ scanned: 100, toChange: 100 })).toEqual([])
  })

  test('at a limit that was set for it', () => {
    expect(judge({ scanned: 1_000, toClosed: 70 }, { minimum: 0, percent: 7 })).toEqual([])
    expect(judge({ scanned: 1_000, toClosed: 71 }, { minimum: 0, percent: 7 })).toEqual([{ direction: 'toClosed', changes: 71, limit: 70 }])
  })
})

test('a change counts towards the status it leads to, and against active', () => {
  expect(directionsOf({ from: 'active', to: 'suspended' })).toEqual(['fromActive', 'toSuspended'])
  expect(directionsOf({ from: 'pending_registration', to: 'active' })).toEqual(['toActive'])
  expect(directionsOf({ from: 'suspended', to: 'pending_registration' })).toEqual(['toPending'])
  expect(directionsOf({ from: 'pending_registration', to: 'closed' })).toEqual(['toClosed'])
  for (const status of ACCOUNT_STATUSES) expect(directionsOf({ from: status, to: status })).toEqual([])
})

test('whatever the policy, more changes never free a run that held', () => {
  const count = fc.nat(1_000)
  const counters = fc.record({
    ...{ scanned: count, fromActive: count, toActive: count, toPending: count, toSuspended: count, toClosed: count },
  })
  fc.assert(
    fc.property(counters, fc.record({ minimum: fc.nat(50), percent: fc.nat(100) }), fc.nat(9), (counted, policy, more) => {
      const held = decideBlastRadius({ counters: counted, policy }).map(({ direction }) => direction)
      const grown = { ...counted, ...Object.fromEntries(DIRECTIONS.map((direction) => [direction, counted[direction] + more])) }
      expect(decideBlastRadius({ counters: grown, policy }).map(({ direction }) => direction)).toEqual(expect.arrayContaining(held))
    }),
  )
})
