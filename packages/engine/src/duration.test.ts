import { describe, expect, test } from 'vitest'
import { type Duration, durationMs } from './duration.ts'

describe('durationMs', () => {
  test.each<[Duration, number]>([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['28d', 2_419_200_000],
    ['1.5s', 1_500],
    ['0.4ms', 0],
  ])('reads %s as %i milliseconds', (duration, ms) => {
    expect(durationMs(duration)).toBe(ms)
  })

  test.each<Duration>(['-5s', '1e3s', '0x10s', '.5s', '5.s'])('refuses %s, which the compiler lets pass', (duration) => {
    expect(() => durationMs(duration)).toThrow(RangeError)
  })

  test('says what it expected', () => {
    expect(() => durationMs('-5s')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: "-5s" is no duration; expected a number with ms, s, m, h or d, such as 30s.]`,
    )
  })
})
