import { expect, test } from 'vitest'
import { ACCOUNT_STATUSES } from '../rules/account.ts'
import { isStillWanted } from './is-still-wanted.ts'

test.each([
  ['suspended by the change that asked for it', { accountStatus: 'suspended', statusVersion: 4 }, true],
  ['suspended once more since', { accountStatus: 'suspended', statusVersion: 6 }, true],
  ['closed since', { accountStatus: 'closed', statusVersion: 5 }, true],
  ['pending since, which admits nobody', { accountStatus: 'pending_registration', statusVersion: 5 }, true],
  ['active since', { accountStatus: 'active', statusVersion: 5 }, false],
  ['active by what was before the change: a database that was put back', { accountStatus: 'active', statusVersion: 3 }, true],
  ['gone', undefined, true],
] as const)('the sessions of an account that is %s: %j, wanted %s', (_what, account, wanted) => {
  expect(isStillWanted({ account, statusVersion: 4 })).toBe(wanted)
})

test('of all statuses only one keeps them', () => {
  const kept = ACCOUNT_STATUSES.filter(
    (accountStatus) => !isStillWanted({ account: { accountStatus, statusVersion: 9 }, statusVersion: 4 }),
  )
  expect(kept).toEqual(['active'])
})
