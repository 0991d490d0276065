import type { RegistrationStore } from '@rollcall/database'
import { type HttpApp, keyProblems, problemResponses } from '@rollcall/platform/http'
import { RegistrationAnswerBody, RegistrationNumber } from '@rollcall/registrations'
import { z } from 'zod'
import { onlyOne } from '../registrations/only-one.ts'
import { answerRegistration } from '../registrations/view.ts'

const Params = z.object({ regNumber: RegistrationNumber })

export function getByNumber(app: HttpApp, { registrations }: { readonly registrations: Pick<RegistrationStore, 'findByNumbers'> }): void {
  app.get(
    '/api/registrations/number/:regNumber/status',
    {
      config: { access: 'ask', breakable: true },
      schema: {
        params: Params,
        response: { 200: RegistrationAnswerBody, 304: z.null(), ...keyProblems, ...problemResponses(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const { regNumber } = request.params
      const found = await registrations.findByNumbers([regNumber])
      // The database may compare numbers less strictly than we do.
      const record = onlyOne(found.filter(({ registrationNumber }) => registrationNumber === regNumber))
      return answerRegistration({ request, reply, record })
    },
  )
}
