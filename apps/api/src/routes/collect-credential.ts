import { NO_REASON } from '@rollcall/engine'
import { bodyProblems, type Caller, callerOf, keyProblems, problemResponses, refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { type HandOutDeps, handOut } from '../credentials/hand-out.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { Reason } from '../runs/order.ts'

const Params = z.object({
  uuid: z.uuid().toLowerCase().meta({ description: "The user's id: `USER_NEISPUO_PERSIST.sysUserId` in the result of its completed run." }),
})

const Body = z
  .strictObject({ reason: Reason.optional().meta({ description: 'Required of an admin. Kept in the audit log.' }) })
  .meta({ id: 'CollectCredential' })

const InitialCredential = z
  .object({
    sysUserId: z.string(),
    username: z.string().meta({ description: 'The local part.', examples: ['gk75059414'] }),
    initialPassword: z.string().meta({ description: 'Kept nowhere any more.' }),
  })
  .meta({ id: 'InitialCredential' })

export function collectCredential(api: Api, deps: HandOutDeps): void {
  api.post(
    '/accounts/:uuid/credential',
    {
      config: { access: 'collectCredential' },
      schema: {
        tags: ['accounts'],
        summary: 'Collect the initial password of an account, once',
        description:
          'Erases it here and answers it; nobody gets it a second time. Whoever loses the answer resets the password in the directory. A password that nobody collects is erased after 30 days.',
        params: Params,
        body: Body,
        response: {
          200: InitialCredential.meta({ description: 'The only time that it is told.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(404, 410),
        },
      },
    },
    async (request, reply) => {
      const sysUserId = request.params.uuid
      const caller = callerOf(request)
      const credential = await handOut({ sysUserId, caller, reason: reasonOf(request.body, caller) }, deps)
      return reply.header('cache-control', 'no-store').send({ sysUserId, ...credential })
    },
  )
}

/** A person says why. @throws ProblemError INVALID_BODY */
function reasonOf({ reason }: z.infer<typeof Body>, { role }: Caller): string {
  if (reason !== undefined) return reason
  // Systems collect as a matter of course.
  if (role === 'upstream') return NO_REASON
  const error = { pointer: '/reason', path: 'reason', reason: 'must be given by an admin', expected: 'string', received: 'nothing' }
  throw refusal(apiErrors.INVALID_BODY, { errors: [{ in: 'body', ...error }] })
}
