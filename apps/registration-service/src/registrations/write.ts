// A change of a registration, with what follows from it in the same transaction: the event that is pushed and the audit row. What must always
// hold: neither of them names the organisation.
import type { NewRegistrationEvent, RegistrationRecord } from '@rollcall/database'
import { type AuditEntry, type JsonObject, NO_REASON } from '@rollcall/engine'
import type { Caller } from '@rollcall/platform/http'
import type { RegistrationPush } from '@rollcall/registrations'
import { viewOf } from './view.ts'

export interface Write {
  readonly before: RegistrationRecord | null
  readonly registration: RegistrationRecord
  readonly caller: Caller
  readonly reason: string | undefined
  readonly newId: () => string
}

export interface Written {
  readonly registration: RegistrationRecord
  readonly event: NewRegistrationEvent
  readonly audit: AuditEntry
}

export function writtenOf({ before, registration, caller, reason = NO_REASON, newId }: Write): Written {
  const { registrationId, updatedAt, version } = registration
  const { organizationName: _, ...data } = viewOf(registration)
  const push: RegistrationPush = { type: 'registration.changed', data }
  return {
    registration,
    event: { id: newId(), registrationId, version, body: JSON.stringify(push), createdAt: updatedAt },
    audit: {
      id: newId(),
      at: updatedAt,
      actor: caller.name,
      action: before ? 'registration.change' : 'registration.create',
      targetType: 'registration',
      targetId: registrationId,
      reason,
      details: detailsOf(before, registration),
    },
  }
}

function detailsOf(before: RegistrationRecord | null, after: RegistrationRecord): JsonObject {
  return {
    version: after.version,
    previousStatus: before?.status ?? null,
    newStatus: after.status,
    previousRegistrationNumber: before?.registrationNumber ?? null,
    newRegistrationNumber: after.registrationNumber,
    renamed: before !== null && before.organizationName !== after.organizationName,
  }
}
