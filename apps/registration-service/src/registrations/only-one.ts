import type { RegistrationRecord } from '@rollcall/database'
import { refusal } from '@rollcall/platform/http'
import { registrationErrors } from '../problems/registration-errors.ts'

/** So many of those that share a key are named. */
export const MOST_NAMED = 20

/** @throws ProblemError REGISTRATION_NOT_FOUND, REGISTRATION_AMBIGUOUS */
export function onlyOne(found: readonly RegistrationRecord[]): RegistrationRecord {
  const [one] = found
  if (!one) throw refusal(registrationErrors.REGISTRATION_NOT_FOUND)
  if (found.length === 1) return one
  const ids = idsOf(found)
  const others = found.length - ids.length
  const detail = `${found.length} have it: ${ids.join(', ')}${others > 0 ? `, and ${others} more` : ''}.`
  throw refusal(registrationErrors.REGISTRATION_AMBIGUOUS, { detail })
}

/** In an order that does not depend on how they were found. */
export function idsOf(found: readonly RegistrationRecord[]): string[] {
  return found
    .map(({ registrationId }) => registrationId)
    .sort()
    .slice(0, MOST_NAMED)
}
