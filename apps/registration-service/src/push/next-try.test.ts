import { expect, test } from 'vitest'
import { nextTry } from './next-try.ts'

const HOUR = 3_600_000
const failed = { attempts: 1, createdAt: 0, now: HOUR, random: 0, isUnacceptable: false, retryAfterMs: null }

test.each([
  [1, 0, 500],
  [1, 1, 1_000],
  [4, 0, 4_000],
  [4, 1, 8_000],
  [13, 0, HOUR / 2],
  [500, 1, HOUR],
])('after try %i with luck %d the next one comes in %i ms', (attempts, random, expected) => {
  expect(nextTry({ ...failed, attempts, random })).toBe(HOUR + expected)
})

test.each([
  [1, 120_000, 120_000],
  [13, 120_000, HOUR / 2],
  [1, 9 * HOUR, HOUR],
])('after try %i and a receiver that asks for %i ms the next one comes in %i ms', (attempts, retryAfterMs, expected) => {
  expect(nextTry({ ...failed, attempts, retryAfterMs })).toBe(HOUR + expected)
})

test('after three days it is given up', () => {
  expect(nextTry({ ...failed, attempts: 80, now: 72 * HOUR - 1 })).not.toBeNull()
  expect(nextTry({ ...failed, attempts: 80, now: 72 * HOUR })).toBeNull()
})

test('what the receiver does not take is given up after five tries', () => {
  expect(nextTry({ ...failed, attempts: 4, isUnacceptable: true })).not.toBeNull()
  expect(nextTry({ ...failed, attempts: 5, isUnacceptable: true })).toBeNull()
  expect(nextTry({ ...failed, attempts: 5 })).not.toBeNull()
})
