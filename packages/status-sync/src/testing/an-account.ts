// Builders of invented accounts and registrations.
import type { OrganisationAccount, Registration } from '../rules/account.ts'

export const T0 = Date.UTC(2026, 0, 5, 8)

export function anAccount(changes: Partial<OrganisationAccount> = {}): OrganisationAccount {
  return {
    userId: 'u1',
    type: 'organization',
    accountStatus: 'pending_registration',
    organizationStatus: null,
    registrationNumber: null,
    statusSource: 'registration_sync',
    statusReason: 'CREATED',
    statusChangedAt: T0,
    statusVersion: 1,
    registrationId: null,
    registrationVersion: null,
    lastSyncAt: null,
    azureId: null,
    sessionsValidFrom: null,
    createdAt: T0,
    ...changes,
  }
}

export function aRegistration(changes: Partial<Registration> = {}): Registration {
  return { registrationId: 'reg-1', registrationNumber: null, userId: 'u1', status: 'draft', version: 1, updatedAt: T0, ...changes }
}
