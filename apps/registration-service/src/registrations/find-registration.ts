import type { RegistrationRecord, RegistrationStore } from '@rollcall/database'
import { refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import { registrationErrors } from '../problems/registration-errors.ts'

export const RegistrationParams = z.object({ registrationId: z.uuid({ error: 'must be a UUID' }) })

/** @throws ProblemError REGISTRATION_NOT_FOUND */
export async function findRegistration(
  registrations: Pick<RegistrationStore, 'find'>,
  registrationId: string,
): Promise<RegistrationRecord> {
  const record = await registrations.find(registrationId)
  if (!record) throw refusal(registrationErrors.REGISTRATION_NOT_FOUND)
  return record
}
