import { describe, expect, test } from 'vitest'
import type { RegistrationAnswer } from '../ports/registrations.ts'
import { anAccount } from '../testing/an-account.ts'
import { ACCOUNT_STATUSES, ACCOUNT_TYPES, type OrganisationAccount, STATUS_SOURCES } from './account.ts'
import { DEFAULT_CLEANUP_POLICY, decideCleanup } from './decide-cleanup.ts'
import { DEFAULT_STATUS_POLICY, decideStatus } from './decide-status.ts'

const answer: RegistrationAnswer = { kind: 'unreadable', field: 'version', shape: 'string of length 1' }
const finding = { action: 'finding', reasonCode: 'REGISTRATION_UNREADABLE', change: null, seen: null, alert: true }

function decide(account: Partial<OrganisationAccount>, by: 'number' | 'userId' = 'number') {
  const context = { recentChanges: 0, numberHolder: null, askedAfterRead: true, policy: DEFAULT_STATUS_POLICY }
  return decideStatus({ account: anAccount(account), answer, by, ...context })
}

describe('a registration that cannot be read', () => {
  test.each(['number', 'userId'] as const)('changes nothing, and is a finding that somebody is told of (asked for by %s)', (by) => {
    expect(decide({ accountStatus: 'active' }, by)).toEqual(finding)
    expect(decide({ accountStatus: 'pending_registration', registrationNumber: null, registrationId: null }, by)).toEqual(finding)
  })

  test('is nobody’s trouble where a person keeps the user out, or the account is closed', () => {
    expect(decide({ accountStatus: 'suspended', statusSource: 'security' })).toMatchObject({ action: 'skip', reasonCode: 'MANUAL_HOLD' })
    expect(decide({ accountStatus: 'closed' })).toMatchObject({ action: 'skip', reasonCode: 'CLOSED' })
  })

  test('never changes an account, whatever it is', () => {
    for (const accountStatus of ACCOUNT_STATUSES)
      for (const statusSource of STATUS_SOURCES)
        for (const type of ACCOUNT_TYPES) expect(decide({ accountStatus, statusSource, type })).toMatchObject({ change: null, seen: null })
  })

  test('closes no account, however old it is', () => {
    const unregistered = { registrationNumber: null, registrationId: null, organizationStatus: null, registrationVersion: null }
    const account = anAccount({ accountStatus: 'pending_registration', ...unregistered, createdAt: 0, statusChangedAt: 0 })
    const now = 10 * DEFAULT_CLEANUP_POLICY.abandonedAfterMs
    const asked = { account, now, policy: DEFAULT_CLEANUP_POLICY }
    expect(decideCleanup({ ...asked, answer: { kind: 'none' } })).toMatchObject({ reasonCode: 'ABANDONED' })
    expect(decideCleanup({ ...asked, answer })).toEqual(finding)
  })
})
