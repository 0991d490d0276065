import { describe, expect, test } from 'vitest'
import { BatchBody, ReadRegistration, RegistrationPush, RegistrationView } from './wire.ts'

const data = {
  registrationId: 'r-1',
  registrationNumber: null,
  userId: 'u-1',
  status: 'approved',
  organizationName: 'Hill Farm Co-operative',
  version: 1,
  updatedAt: '2026-01-05T08:00:00.000Z',
}

test.each([
  [36, true],
  [37, false],
])('a registration id of %i characters in a push or an answer is read: %s', (length, isRead) => {
  const registrationId = 'r'.repeat(length)
  expect(RegistrationView.safeParse({ ...data, registrationId }).success).toBe(isRead)
  expect(RegistrationPush.safeParse({ type: 'registration.changed', data: { ...data, registrationId } }).success).toBe(isRead)
})

describe('a key', () => {
  test.each([[' u-1'], ['u-1 '], ['\u00a0u-1'], ['u\u0000'], [''], [' '], ['x'.repeat(65)], ['\ud800']])(
    'is not read where it is %j',
    (key) => {
      expect(BatchBody.safeParse({ userIds: [key] }).success).toBe(false)
      expect(BatchBody.safeParse({ registrationNumbers: [key] }).success).toBe(false)
      expect(ReadRegistration.safeParse({ ...data, userId: key }).success).toBe(false)
    },
  )

  test.each([['u'], ['u 1'], ['София-17'], ['x'.repeat(64)]])('is read where it is %j', (key) => {
    expect(BatchBody.safeParse({ userIds: [key], registrationNumbers: [key] }).success).toBe(true)
    expect(ReadRegistration.safeParse({ ...data, userId: key, registrationNumber: key }).success).toBe(true)
  })
})

test('what a service says is as loose as its columns, so that one odd row takes none of the others out of an answer', () => {
  expect(RegistrationView.safeParse({ ...data, registrationNumber: 'R1 ', status: 'Renewal-Due', version: 0 }).success).toBe(true)
})
