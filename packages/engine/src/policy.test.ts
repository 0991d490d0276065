import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Duration, durationMs } from './duration.ts'
import {
  askedLookMs,
  DEFAULT_RETRY,
  firstLookMs,
  nextLookMs,
  type PollPolicy,
  type RetryPolicy,
  retryDelayMs,
  retryPolicies,
} from './policy.ts'

const HOUR = 3_600_000

/** When a run that is never ready is looked at: milliseconds since it entered the state, the last one being the moment it is given up. */
function looksOf(policy: PollPolicy, late = 0): number[] {
  const looks = [firstLookMs(policy)]
  for (;;) {
    const at = looks.at(-1) ?? 0
    const pause = nextLookMs(policy, at)
    if (pause === null) return looks
    looks.push(at + pause + late)
  }
}

function shortestPauseMs(policy: PollPolicy): number {
  return 'pauses' in policy ? Math.min(...policy.pauses.map(durationMs)) : Math.min(durationMs(policy.first), durationMs(policy.max))
}

const duration = fc
  .tuple(fc.integer({ min: 1, max: 5_000 }), fc.constantFrom('ms', 's', 'm'))
  .map(([count, unit]): Duration => `${count}${unit as 'ms' | 's' | 'm'}`)
// Hardly growing pauses take as many steps to add up as they are many.
const factor = fc.oneof(fc.constant(1), fc.double({ min: 1.05, max: 10, noNaN: true }))
const growing = fc.record({ first: duration, factor, max: duration, giveUpAfter: duration })
const ladder = fc
  .tuple(duration, fc.array(duration, { maxLength: 6 }), duration)
  .map(([pause, pauses, giveUpAfter]): PollPolicy => ({ pauses: [pause, ...pauses], giveUpAfter }))
const poll: fc.Arbitrary<PollPolicy> = fc.oneof(growing, ladder)
const elapsed = fc.integer({ min: -10_000, max: 400_000_000 })
const retry: fc.Arbitrary<RetryPolicy> = fc.record(
  { attempts: fc.integer({ min: 1, max: 50 }), first: duration, factor, max: duration },
  { requiredKeys: ['attempts', 'first', 'max'] },
)
const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('looking again', () => {
  test('doubles its pauses up to 30 seconds and gives up after exactly two hours', () => {
    const looks = looksOf({ first: '250ms', factor: 2, max: '30s', giveUpAfter: '2h' })
    expect(looks.slice(0, 10)).toEqual([250, 750, 1_750, 3_750, 7_750, 15_750, 31_750, 61_750, 91_750, 121_750])
    expect(looks.slice(-2)).toEqual([7_171_750, 2 * HOUR])
  })

  test('climbs a ladder and stays on its last rung', () => {
    const rungs = [15 * 60_000, 75 * 60_000, 7.25 * HOUR, 31.25 * HOUR, 55.25 * HOUR, 79.25 * HOUR]
    expect(looksOf({ pauses: ['15m', '1h', '6h', '24h'], giveUpAfter: '28d' }).slice(0, 6)).toEqual(rungs)
  })

  test('keeps to the plan of its state, however late a look was', () => {
    const policy = { first: '1s', factor: 2, max: '1m', giveUpAfter: '1h' } as const
    expect(nextLookMs(policy, 1_000)).toBe(2_000)
    expect(nextLookMs(policy, 2_990)).toBe(10)
    expect(nextLookMs(policy, 3_000)).toBe(4_000)
  })

  test('waits for a state that, by a clock set back, has not begun', () => {
    expect(nextLookMs({ first: '1s', factor: 2, max: '1m', giveUpAfter: '1h' }, -500)).toBe(500)
  })

  test('looks again a whole number of milliseconds later, strictly in the future, and never beyond the time to give up', () => {
    fc.assert(
      fc.property(poll, elapsed, (policy, elapsedMs) => {
        const giveUpAfterMs = durationMs(policy.giveUpAfter)
        const pause = nextLookMs(policy, elapsedMs)
        expect(pause === null).toBe(elapsedMs >= giveUpAfterMs)
        if (pause === null) return
        expect(Number.isInteger(pause)).toBe(true)
        expect(pause).toBeGreaterThanOrEqual(1)
        expect(elapsedMs + pause).toBeLessThanOrEqual(giveUpAfterMs)
      }),
    )
  })

  test('lets a handler name the next look, in the future and within the time to give up', () => {
    const policy = { first: '1s', factor: 2, max: '1m', giveUpAfter: '1h' } as const
    expect(askedLookMs(policy, 0, 90_000)).toBe(90_000)
    expect(askedLookMs(policy, 0, 10 * HOUR)).toBe(HOUR)
    expect(askedLookMs(policy, 0, 0)).toBe(1)
    expect(askedLookMs(policy, 0, -5)).toBe(1)
    expect(askedLookMs(policy, 0, 1.2)).toBe(2)
    expect(askedLookMs(policy, 0, Number.NaN)).toBe(1_000)
    expect(askedLookMs(policy, HOUR, 5)).toBeNull()
  })

  test('never pauses for longer than its longest pause', () => {
    fc.assert(
      fc.property(growing, fc.integer({ min: 0, max: 400_000_000 }), (policy, elapsedMs) => {
        const pause = nextLookMs(policy, elapsedMs) ?? 0
        expect(pause).toBeLessThanOrEqual(durationMs(policy.max))
      }),
    )
  })

  test('gives up at its time exactly, whatever the policy, when every look is in time', () => {
    const short = fc.oneof(growing, ladder).filter((policy) => durationMs(policy.giveUpAfter) < 100 * shortestPauseMs(policy))
    fc.assert(
      fc.property(short, (policy) => {
        const last = looksOf(policy).at(-1) ?? 0
        expect(last).toBe(Math.max(firstLookMs(policy), durationMs(policy.giveUpAfter)))
      }),
      { numRuns: 50 },
    )
  })

  test('finds the next look after four weeks as fast as after a second', () => {
    const policy = { first: '1ms', factor: 1, max: '1ms', giveUpAfter: '28d' } as const
    const before = process.threadCpuUsage()
    expect(nextLookMs(policy, durationMs('27d'))).toBe(1)
    // Of a processor that may have other things to do, too. Step by step it would take seconds.
    expect(process.threadCpuUsage(before).user).toBeLessThan(50_000)
  })
})

describe('trying again', () => {
  test('triples the ceiling from 2 seconds to 5 minutes for writes to the outside', () => {
    const ceilings = [1, 2, 3, 4, 5, 6].map((failedTries) => retryDelayMs(retryPolicies.externalWrites, failedTries, 1))
    expect(ceilings).toEqual([2_000, 6_000, 18_000, 54_000, 162_000, 300_000])
    expect(retryDelayMs(retryPolicies.externalWrites, 7, 1)).toBeNull()
    expect(DEFAULT_RETRY).toBe(retryPolicies.externalWrites)
  })

  test('doubles where the policy names no factor', () => {
    expect([1, 2, 3].map((failedTries) => retryDelayMs(retryPolicies.database, failedTries, 1))).toEqual([250, 500, 1_000])
  })

  test('draws its delay from the whole of [0, ceiling], in whole milliseconds', () => {
    fc.assert(
      fc.property(retry, fc.integer({ min: 1, max: 60 }), dice, (policy, failedTries, random) => {
        const delay = retryDelayMs(policy, failedTries, random)
        expect(delay === null).toBe(failedTries >= policy.attempts)
        if (delay === null) return
        expect(Number.isInteger(delay)).toBe(true)
        expect(delay).toBeGreaterThanOrEqual(0)
        expect(delay).toBeLessThanOrEqual(durationMs(policy.max))
        const ceiling = Math.min(durationMs(policy.max), durationMs(policy.first) * (policy.factor ?? 2) ** (failedTries - 1))
        expect(delay).toBe(Math.ceil(ceiling * random))
      }),
    )
  })
})
