import type { RegistrationStore } from '@rollcall/database'
import { type HttpApp, keyProblems, problemResponses } from '@rollcall/platform/http'
import { RegistrationAnswerBody } from '@rollcall/registrations'
import { z } from 'zod'
import { findRegistration, RegistrationParams } from '../registrations/find-registration.ts'
import { answerRegistration } from '../registrations/view.ts'

export function getRegistration(app: HttpApp, { registrations }: { readonly registrations: Pick<RegistrationStore, 'find'> }): void {
  app.get(
    '/api/registrations/:registrationId',
    {
      config: { access: 'ask', breakable: true },
      schema: {
        params: RegistrationParams,
        response: { 200: RegistrationAnswerBody, 304: z.null(), ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async (request, reply) => {
      const record = await findRegistration(registrations, request.params.registrationId)
      return answerRegistration({ request, reply, record })
    },
  )
}
