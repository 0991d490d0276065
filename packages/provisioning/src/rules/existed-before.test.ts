import { expect, test } from 'vitest'
import { existedBefore } from './existed-before.ts'

const adopted = { adopted: true, createdAt: '2026-09-01T08:00:00.000Z', sealedAt: '2026-09-01T08:05:01.000Z' }

test('an adopted account is older than its password when it is so by more than five minutes', () => {
  expect(existedBefore(adopted)).toBe(true)
  expect(existedBefore({ ...adopted, sealedAt: '2026-09-01T08:05:00.000Z' })).toBe(false)
  expect(existedBefore({ ...adopted, sealedAt: '2026-09-01T07:00:00.000Z' })).toBe(false)
})

test('an account that our own request made never is', () => {
  expect(existedBefore({ ...adopted, adopted: false })).toBe(false)
})

test('an account counts as ours where its age, or the password’s, is not known', () => {
  expect(existedBefore({ ...adopted, createdAt: null })).toBe(false)
  expect(existedBefore({ ...adopted, sealedAt: null })).toBe(false)
})
