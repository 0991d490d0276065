import { describe, expect, test } from 'vitest'
import { judge, type Standing, type Verdict } from './judge.ts'

const T0 = Date.UTC(2026, 8, 1, 8)
const MINUTE = 60_000
const rule = { firesAbove: 1_000, clearsAt: 800, for: '5m', clearFor: '10m' } as const

const silent = { startedAt: T0, lastSeenAt: T0, firedAt: null }
const firing = { startedAt: T0, lastSeenAt: T0, firedAt: T0 }

interface Row {
  readonly what: string
  readonly standing: Standing
  readonly value: number
  readonly afterMs: number
  readonly verdict: Verdict
}

describe('a rule that fires above 1,000 for five minutes and clears at 800 for ten', () => {
  test.each<Row>([
    { what: 'says nothing of what is kept', standing: null, value: 1_000, afterMs: 0, verdict: 'nothing' },
    { what: 'begins in silence', standing: null, value: 1_001, afterMs: 0, verdict: 'begin' },
    { what: 'waits while it is broken', standing: silent, value: 1_001, afterMs: 5 * MINUTE - 1, verdict: 'see' },
    { what: 'fires after five minutes', standing: silent, value: 1_001, afterMs: 5 * MINUTE, verdict: 'fire' },
    { what: 'forgets what was kept again in time', standing: silent, value: 1_000, afterMs: 5 * MINUTE - 1, verdict: 'forget' },
    {
      what: 'forgets what was kept again in time, however late it is seen',
      standing: silent,
      value: 1_000,
      afterMs: 60 * MINUTE,
      verdict: 'forget',
    },
    { what: 'goes on while it is broken', standing: firing, value: 5_000, afterMs: 60 * MINUTE, verdict: 'see' },
    { what: 'goes on in the band', standing: firing, value: 801, afterMs: 60 * MINUTE, verdict: 'see' },
    { what: 'goes on until it was clear for ten minutes', standing: firing, value: 800, afterMs: 10 * MINUTE - 1, verdict: 'nothing' },
    { what: 'is resolved after ten', standing: firing, value: 800, afterMs: 10 * MINUTE, verdict: 'resolve' },
    { what: 'goes on where a clock was set back', standing: firing, value: 0, afterMs: -60 * MINUTE, verdict: 'nothing' },
    { what: 'waits where a clock was set back', standing: silent, value: 2_000, afterMs: -60 * MINUTE, verdict: 'see' },
  ])('$what', ({ standing, value, afterMs, verdict }) => {
    expect(judge({ rule, standing, value, now: T0 + afterMs })).toBe(verdict)
  })
})

test('a rule that need not be broken for long fires as soon as it is seen, and clears as soon as it is kept', () => {
  const atOnce = { ...rule, for: '0s', clearFor: '0s' } as const
  expect(judge({ rule: atOnce, standing: null, value: 1_001, now: T0 })).toBe('fire')
  expect(judge({ rule: atOnce, standing: firing, value: 801, now: T0 })).toBe('see')
  expect(judge({ rule: atOnce, standing: firing, value: 800, now: T0 })).toBe('resolve')
})
