import type { RegistrationStore } from '@rollcall/database'
import { type HttpApp, keyProblems, problemResponses } from '@rollcall/platform/http'
import { RegistrationAnswerBody, UserId } from '@rollcall/registrations'
import { z } from 'zod'
import { onlyOne } from '../registrations/only-one.ts'
import { answerRegistration } from '../registrations/view.ts'

const Params = z.object({ userId: UserId })

export function getByUser(app: HttpApp, { registrations }: { readonly registrations: Pick<RegistrationStore, 'findByUsers'> }): void {
  app.get(
    '/api/registrations/user/:userId',
    {
      config: { access: 'ask', breakable: true },
      schema: {
        params: Params,
        response: { 200: RegistrationAnswerBody, 304: z.null(), ...keyProblems, ...problemResponses(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const { userId } = request.params
      const found = await registrations.findByUsers([userId])
      const record = onlyOne(found.filter((one) => one.userId === userId))
      return answerRegistration({ request, reply, record })
    },
  )
}
