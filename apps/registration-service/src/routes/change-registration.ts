import type { RegistrationRecord, RegistrationStore } from '@rollcall/database'
import type { Clock } from '@rollcall/engine'
import { bodyProblems, callerOf, type HttpApp, keyProblems, type ProblemError, problemResponses, refusal } from '@rollcall/platform/http'
import { RegistrationAnswerBody, RegistrationChangeBody } from '@rollcall/registrations'
import { registrationErrors } from '../problems/registration-errors.ts'
import { findRegistration, RegistrationParams } from '../registrations/find-registration.ts'
import { etagOf, viewOf } from '../registrations/view.ts'
import { writtenOf } from '../registrations/write.ts'

export interface ChangeRegistrationDeps {
  readonly registrations: Pick<RegistrationStore, 'find' | 'change'>
  readonly clock: Clock
  readonly newId: () => string
}

/** Whoever changes a registration names the version that he saw; of two at once, one wins and the other is told. */
export function changeRegistration(app: HttpApp, { clock, newId, registrations }: ChangeRegistrationDeps): void {
  app.patch(
    '/api/registrations/:registrationId',
    {
      config: { access: 'register' },
      schema: {
        params: RegistrationParams,
        body: RegistrationChangeBody,
        response: { 200: RegistrationAnswerBody, ...keyProblems, ...bodyProblems, ...problemResponses(404, 412, 428) },
      },
    },
    async (request, reply) => {
      const { reason, version, ...changes } = request.body
      const before = await findRegistration(registrations, request.params.registrationId)
      assertSeen({ before, version, ifMatch: request.headers['if-match'] })
      const registration = changed({ before, changes, now: clock.now() })
      if (registration !== before) {
        const isWritten = await registrations.change(writtenOf({ before, registration, caller: callerOf(request), reason, newId }))
        if (!isWritten) throw otherVersion('It was changed at the same moment.')
      }
      reply.header('etag', etagOf(registration))
      return { success: true as const, data: viewOf(registration) }
    },
  )
}

interface Seen {
  readonly before: RegistrationRecord
  readonly version: number | undefined
  readonly ifMatch: string | undefined
}

/** `If-Match: *` names no version. @throws ProblemError VERSION_MISSING, REGISTRATION_CHANGED */
function assertSeen({ before, version, ifMatch }: Seen): void {
  const tags = ifMatch === undefined || ifMatch.trim() === '*' ? null : ifMatch.split(',').map((tag) => tag.trim())
  if (version === undefined && tags === null) throw refusal(registrationErrors.VERSION_MISSING)
  const isOther = (version !== undefined && version !== before.version) || (tags !== null && !tags.includes(etagOf(before)))
  if (isOther) throw otherVersion(`Its version is ${before.version}.`)
}

function otherVersion(detail: string): ProblemError {
  return refusal(registrationErrors.REGISTRATION_CHANGED, { detail })
}

type Changes = Pick<RegistrationChangeBody, 'status' | 'registrationNumber' | 'organizationName'>

/** @returns the very same where nothing differs: nobody is told of nothing */
function changed({ before, changes, now }: { readonly before: RegistrationRecord; readonly changes: Changes; readonly now: number }) {
  const { organizationName = before.organizationName, registrationNumber = before.registrationNumber, status = before.status } = changes
  const isSame =
    organizationName === before.organizationName && registrationNumber === before.registrationNumber && status === before.status
  if (isSame) return before
  return { ...before, organizationName, registrationNumber, status, version: before.version + 1, updatedAt: now }
}
