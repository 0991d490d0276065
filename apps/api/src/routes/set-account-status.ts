import { bodyProblems, callerOf, keyProblems, problemResponses, refusal } from '@rollcall/platform/http'
import { ACCOUNT_STATUSES, MANUAL_SOURCES } from '@rollcall/status-sync'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { versionIn } from '../cron/schedule-view.ts'
import { etagOfAccount, OrganisationAccountView, organisationAccountViewOf } from '../organisations/account-view.ts'
import { AccountParams } from '../organisations/find-account.ts'
import { type SetStatusDeps, setStatus } from '../organisations/set-status.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { Reason } from '../runs/order.ts'

const Body = z
  .strictObject({
    status: z
      .enum(ACCOUNT_STATUSES)
      .meta({ description: 'pending_registration hands the account back to its registration, which only the source admin does.' }),
    source: z.enum(MANUAL_SOURCES).meta({ description: 'On whose behalf. A suspension by any of them wins over the registration.' }),
    lifts: z.enum(MANUAL_SOURCES).optional().meta({
      description:
        'Whose hold ends with it, where another source than `source` has suspended or closed the account. Without it that is 409.',
    }),
    reason: Reason,
  })
  .refine(({ status, source }) => status !== 'pending_registration' || source === 'admin', {
    path: ['source'],
    message: 'must be admin to hand an account back; security and billing set it active',
  })
  .meta({ id: 'SetAccountStatus' })

const Headers = z.object({
  'if-match': z.string().max(100).optional().meta({ description: 'The ETag of the account that was seen. Without it: whatever stands.' }),
})

export function setAccountStatus(api: Api, deps: SetStatusDeps): void {
  api.post(
    '/organisation-accounts/:userId/status',
    {
      config: { access: 'administer' },
      schema: {
        tags: ['organisations'],
        summary: 'Set the status of an account by hand',
        description:
          'A suspension stands against every registration until a person lifts it, and against the other sources until they name it; it ends the sessions of the user, by a run that is begun in the same transaction. Any other status stands until the registration has news.',
        params: AccountParams,
        headers: Headers,
        body: Body,
        response: {
          200: OrganisationAccountView.meta({ description: 'As it stands now.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(404, 409, 412),
        },
      },
    },
    async (request, reply) => {
      const { status, source, lifts = null, reason } = request.body
      const ifMatch = request.headers['if-match']
      const expectedVersion = versionIn(ifMatch)
      if (ifMatch !== undefined && ifMatch.trim() !== '*' && expectedVersion === null) throw refusal(apiErrors.ACCOUNT_VERSION_PASSED)
      const order = { userId: request.params.userId, status, source, lifts, reason, actor: callerOf(request).name, expectedVersion }
      const account = await setStatus(order, deps)
      return reply.header('etag', etagOfAccount(account)).send(organisationAccountViewOf(account))
    },
  )
}
