import type { RegistrationStore } from '@rollcall/database'
import type { Clock } from '@rollcall/engine'
import { bodyProblems, callerOf, type HttpApp, keyProblems } from '@rollcall/platform/http'
import { NewRegistrationBody, RegistrationAnswerBody } from '@rollcall/registrations'
import { etagOf, viewOf } from '../registrations/view.ts'
import { writtenOf } from '../registrations/write.ts'

export interface CreateRegistrationDeps {
  readonly registrations: Pick<RegistrationStore, 'add'>
  readonly clock: Clock
  readonly newId: () => string
}

export function createRegistration(app: HttpApp, { clock, newId, registrations }: CreateRegistrationDeps): void {
  app.post(
    '/api/registrations',
    {
      config: { access: 'register' },
      schema: { body: NewRegistrationBody, response: { 201: RegistrationAnswerBody, ...keyProblems, ...bodyProblems } },
    },
    async (request, reply) => {
      const { reason, registrationNumber = null, ...body } = request.body
      const now = clock.now()
      const registration = { ...body, registrationNumber, registrationId: newId(), version: 1, createdAt: now, updatedAt: now }
      await registrations.add(writtenOf({ before: null, registration, caller: callerOf(request), reason, newId }))
      return reply
        .code(201)
        .headers({ etag: etagOf(registration), location: `/api/registrations/${registration.registrationId}` })
        .send({ success: true, data: viewOf(registration) })
    },
  )
}
