import { expect, test } from 'vitest'
import { nextTry } from './next-try.ts'

const HOUR = 3_600_000

test.each([
  [1, 0, 500],
  [1, 1, 1_000],
  [4, 0, 4_000],
  [4, 1, 8_000],
  [13, 0, HOUR / 2],
  [500, 1, HOUR],
])('after try %i with luck %d the next one comes in %i ms', (attempts, random, expected) => {
  expect(nextTry({ attempts, createdAt: 0, now: HOUR, random })).toBe(HOUR + expected)
})

test('after three days it is given up', () => {
  expect(nextTry({ attempts: 80, createdAt: 0, now: 72 * HOUR - 1, random: 0 })).not.toBeNull()
  expect(nextTry({ attempts: 80, createdAt: 0, now: 72 * HOUR, random: 0 })).toBeNull()
})
