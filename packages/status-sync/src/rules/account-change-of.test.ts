import { expect, test } from 'vitest'
import { anAccount, aRegistration, T0 } from '../testing/an-account.ts'
import { accountChangeOf } from './account-change-of.ts'
import { DEFAULT_STATUS_POLICY, decideStatus } from './decide-status.ts'

const written = { id: 'audit-1', at: T0 + 9, actor: 'schedule:user-status-sync', runUuid: 'r1', syncType: 'automated' } as const

function changed({ account = anAccount(), registration = aRegistration() }) {
  const asked = { askedAfterRead: true, recentChanges: 0, numberHolder: null, policy: DEFAULT_STATUS_POLICY } as const
  const decision = decideStatus({ account, answer: { kind: 'found', registration }, by: 'userId', ...asked })
  if (decision.action !== 'update') throw new Error(`The rules said ${decision.reasonCode}.`)
  return accountChangeOf({ account, decision, source: 'registration_sync', ...written })
}

test('a decision becomes a change of the version that was decided on, with the audit row that the earlier system wrote', () => {
  const account = anAccount({ accountStatus: 'suspended', organizationStatus: 'rejected', statusVersion: 7 })
  const registration = aRegistration({ status: 'approved', registrationNumber: 'R1', version: 4 })
  expect(changed({ account, registration })).toEqual({
    userId: 'u1',
    expectedVersion: 7,
    accountStatus: 'active',
    organizationStatus: 'approved',
    registrationNumber: 'R1',
    registrationId: 'reg-1',
    registrationVersion: 4,
    statusSource: 'registration_sync',
    statusReason: 'MAP_APPROVED',
    at: T0 + 9,
    revokesSessions: false,
    audit: {
      id: 'audit-1',
      at: T0 + 9,
      actor: 'schedule:user-status-sync',
      action: 'USER_STATUS_SYNC',
      targetType: 'account',
      targetId: 'u1',
      reason: 'MAP_APPROVED',
      details: {
        previousStatus: 'suspended',
        newStatus: 'active',
        previousOrganizationStatus: 'rejected',
        newOrganizationStatus: 'approved',
        registrationNumber: 'R1',
        registrationStatus: 'approved',
        registrationNumberAdded: true,
        registrationId: 'reg-1',
        registrationVersion: 4,
        syncType: 'automated',
        runUuid: 'r1',
      },
    },
  })
})

test('who set a status, and why, stays noted while the status itself does', () => {
  const account = anAccount({ accountStatus: 'active', statusSource: 'admin', statusReason: 'Let in by hand.', registrationNumber: 'R1' })
  const change = changed({ account, registration: aRegistration({ status: 'certified', registrationNumber: 'R1' }) })
  expect(change).toMatchObject({ organizationStatus: 'certified', statusSource: 'admin', statusReason: 'Let in by hand.' })
  expect(change.audit).toMatchObject({ reason: 'MAP_CERTIFIED', details: { registrationNumberAdded: false } })
})
