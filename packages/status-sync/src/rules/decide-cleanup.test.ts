import { expect, test } from 'vitest'
import { anAccount, aRegistration, T0 } from '../testing/an-account.ts'
import { ACCOUNT_STATUSES } from './account.ts'
import { DEFAULT_CLEANUP_POLICY, decideCleanup } from './decide-cleanup.ts'

const DAY = 24 * 3_600_000
const policy = DEFAULT_CLEANUP_POLICY
const none = { kind: 'none' } as const
const now = T0 + 180 * DAY

test('an account that waits for 180 days without a registration is closed, and its sessions end', () => {
  expect(decideCleanup({ account: anAccount(), answer: none, now, policy })).toMatchObject({
    action: 'update',
    reasonCode: 'ABANDONED',
    change: { accountStatus: 'closed', revokesSessions: true },
  })
  expect(decideCleanup({ account: anAccount(), answer: none, now: now - 1, policy })).toMatchObject({
    reasonCode: 'TOO_YOUNG',
    change: null,
  })
})

test('one that has a registration, or several, or a number, stays', () => {
  const answers = [
    { kind: 'found', registration: aRegistration() },
    { kind: 'several', registrationIds: ['a', 'b'] },
  ] as const
  for (const answer of answers)
    expect(decideCleanup({ account: anAccount(), answer, now, policy })).toMatchObject({ reasonCode: 'HAS_REGISTRATION', change: null })
  const numbered = anAccount({ registrationNumber: 'R1' })
  expect(decideCleanup({ account: numbered, answer: none, now, policy })).toMatchObject({ reasonCode: 'HAS_REGISTRATION', change: null })
})

test.each(ACCOUNT_STATUSES.filter((status) => status !== 'pending_registration'))('one that is %s by now stays', (accountStatus) => {
  expect(decideCleanup({ account: anAccount({ accountStatus }), answer: none, now, policy })).toMatchObject({
    action: 'skip',
    reasonCode: 'NOT_PENDING',
    change: null,
  })
})

test.each([{ registrationId: 'reg-1', organizationStatus: 'submitted' }, { registrationId: 'reg-1' }, { organizationStatus: 'draft' }])(
  'one that had a registration which the service does not know any more is for a person to look at: %o',
  (had) => {
    expect(decideCleanup({ account: anAccount(had), answer: none, now, policy })).toMatchObject({
      action: 'finding',
      reasonCode: 'REGISTRATION_GONE',
      change: null,
    })
  },
)

test('one that was sent back to wait counts from then', () => {
  const account = anAccount({ statusChangedAt: T0 + DAY, statusSource: 'admin' })
  expect(decideCleanup({ account, answer: none, now: now + DAY - 1, policy })).toMatchObject({ reasonCode: 'TOO_YOUNG', change: null })
  expect(decideCleanup({ account, answer: none, now: now + DAY, policy })).toMatchObject({ reasonCode: 'ABANDONED' })
})
