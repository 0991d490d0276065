import { expect, test } from 'vitest'
import { nextSize } from './portion-size.ts'

const mayTakeMs = 100

test.each([
  ['halves what took too long', 400, 101, 200],
  ['keeps what took its time', 400, 100, 400],
  ['keeps what is not much quicker', 400, 34, 400],
  ['doubles what was quick', 400, 33, 800],
  ['never goes beyond a thousand', 800, 1, 1_000],
  ['never goes below ten', 12, 5_000, 10],
])('%s', (_what, size, tookMs, expected) => {
  expect(nextSize({ size, tookMs, mayTakeMs })).toBe(expected)
})
