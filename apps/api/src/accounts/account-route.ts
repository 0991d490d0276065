// `POST /student-create` and `POST /teacher-create` differ in their body and in nothing else.

import { bodyProblems, callerOf, keyProblems, ProblemError, problemResponses } from '@rollcall/platform/http'
import type { AccountKind, StudentCreateBody, TeacherCreateBody } from '@rollcall/provisioning'
import { z } from 'zod'
import type { Api } from '../api.ts'
import type { ApiMetrics } from '../api-metrics.ts'
import { IDEMPOTENCY_REPLAYED, IdempotencyHeaders } from '../idempotency-key.ts'
import { AccountAnswer, AccountsAnswer, answerOfMany, answerOfRun, isBegun } from './account-answer.ts'
import { accountRequest } from './account-request.ts'
import { type CreateAccountsDeps, createAccounts } from './create-accounts.ts'

export interface AccountRouteDeps extends CreateAccountsDeps {
  readonly metrics: ApiMetrics
}

interface AccountRoute {
  readonly path: string
  readonly kind: AccountKind
  /** Judges one person. */
  readonly item: z.ZodType<StudentCreateBody | TeacherCreateBody>
  /** Name of the item's schema in the OpenAPI document. */
  readonly documented: string
  readonly summary: string
}

const Answer = z.union([AccountAnswer, AccountsAnswer])

export function accountRoute(
  api: Api,
  { kind, item, path, documented, summary, deps }: AccountRoute & { readonly deps: AccountRouteDeps },
) {
  api.post(
    path,
    {
      config: { access: 'create' },
      schema: {
        tags: ['accounts'],
        summary,
        description: [
          'Writes the request down and answers before the work is done; follow it at `Location`. One request is one group.',
          'A person whose account is being created already is answered with that run (200); a person with a live account is refused (409).',
          'An array answers with one result per item: 202 if at least one run was begun, 200 if none was, 422 if every item is invalid.',
        ].join('\n\n'),
        headers: IdempotencyHeaders,
        body: accountRequest({ item, documented }),
        response: {
          200: Answer.meta({ description: 'Nothing new was begun.' }),
          202: Answer.meta({ description: 'Begun.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(409),
        },
      },
    },
    async (request, reply) => {
      const answered = await createAccounts(
        { kind, request: request.body, caller: callerOf(request).name, idempotencyKey: request.headers['idempotency-key'] },
        deps,
      )
      for (const { status } of answered.results) deps.metrics.accountItems.inc({ kind, status: String(status) })
      if (answered.repeated) reply.headers(IDEMPOTENCY_REPLAYED)
      if (request.body.many) return reply.code(answered.results.some(isBegun) ? 202 : 200).send(answerOfMany(answered))
      const [result] = answered.results
      if (!result) throw new Error('A request for one account has no result.')
      if (!('run' in result)) throw new ProblemError(result.problem)
      return reply.code(result.status).header('location', `/azure-data-sync/${result.run.uuid}`).send(answerOfRun(result.run))
    },
  )
}
