import type { Clock } from '@rollcall/engine'
import { bodyProblems, callerOf, keyProblems, problemResponses, refusal } from '@rollcall/platform/http'
import { RegistrationNumber, UserId } from '@rollcall/registrations'
import { ACCOUNT_TARGET, ACCOUNT_TYPES, type OrganisationAccounts } from '@rollcall/status-sync'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { etagOfAccount, OrganisationAccountView, organisationAccountViewOf } from '../organisations/account-view.ts'
import { findAccount } from '../organisations/find-account.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { Reason, reasonOf } from '../runs/order.ts'

const Body = z
  .strictObject({
    userId: UserId,
    type: z.enum(ACCOUNT_TYPES).default('organization'),
    email: z.email('must be an e-mail address').max(254).optional(),
    organizationName: z.string().trim().min(1).max(300).optional(),
    registrationNumber: RegistrationNumber.optional(),
    azureId: z.guid().optional().meta({ description: 'The user’s object id in the directory, whose sessions end with a suspension.' }),
    reason: Reason.optional(),
  })
  .meta({ id: 'NewOrganisationAccount' })

export interface CreateOrganisationAccountDeps {
  readonly organisationAccounts: Pick<OrganisationAccounts, 'add' | 'read'>
  readonly clock: Clock
  readonly newId: () => string
}

export function createOrganisationAccount(api: Api, { organisationAccounts, clock, newId }: CreateOrganisationAccountDeps): void {
  api.post(
    '/organisation-accounts',
    {
      config: { access: 'create' },
      schema: {
        tags: ['organisations'],
        summary: 'Make the account of an organisation known',
        description: 'It waits for its registration from then on, and follows it.',
        body: Body,
        response: {
          201: OrganisationAccountView.meta({ description: 'Known.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(409),
        },
      },
    },
    async (request, reply) => {
      const { reason, userId, type, email = null, organizationName = null, registrationNumber = null, azureId = null } = request.body
      const at = clock.now()
      const audit = {
        ...{ id: newId(), at, actor: callerOf(request).name, action: 'account.create' },
        ...{ targetType: ACCOUNT_TARGET, targetId: userId, reason: reasonOf({ reason }), details: { type, registrationNumber } },
      }
      const account = { userId, type, email, organizationName, registrationNumber, azureId, createdAt: at }
      if (!(await organisationAccounts.add(account, audit))) throw refusal(apiErrors.ACCOUNT_KNOWN)
      const made = await findAccount({ userId, organisationAccounts })
      return reply
        .code(201)
        .headers({ location: `/organisation-accounts/${encodeURIComponent(userId)}`, etag: etagOfAccount(made) })
        .send(organisationAccountViewOf(made))
    },
  )
}
