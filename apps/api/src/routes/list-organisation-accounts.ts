import type { AccountOrders } from '@rollcall/database'
import { type Clock, type Duration, durationMs } from '@rollcall/engine'
import { keyProblems, problemResponses } from '@rollcall/platform/http'
import { ACCOUNT_STATUSES } from '@rollcall/status-sync'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { OrganisationAccountView, organisationAccountViewOf } from '../organisations/account-view.ts'

const Query = z.strictObject({
  status: z.enum(ACCOUNT_STATUSES).optional(),
  notVerifiedFor: z
    .string()
    .regex(/^[1-9]\d{0,5}(?:s|m|h|d)$/, 'must be a number and s, m, h or d, such as 24h')
    .optional()
    .meta({ description: 'Only those that were not compared with their registration for so long, or never.', examples: ['24h'] }),
  after: z.string().min(1).max(64).optional().meta({ description: 'The `nextAfter` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const Accounts = z
  .object({
    accounts: z.array(OrganisationAccountView),
    nextAfter: z.string().nullable().meta({ description: 'Where the next page begins; null on the last one.' }),
  })
  .meta({ id: 'OrganisationAccountList' })

export interface ListOrganisationAccountsDeps {
  readonly accountOrders: Pick<AccountOrders, 'list'>
  readonly clock: Clock
}

export function listOrganisationAccounts(api: Api, { accountOrders, clock }: ListOrganisationAccountsDeps): void {
  api.get(
    '/organisation-accounts',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['organisations'],
        summary: 'List the accounts of organisations',
        description: 'In the order of the userIds. Go on with `nextAfter` until it is null.',
        querystring: Query,
        response: { 200: Accounts, ...keyProblems, ...problemResponses(400) },
      },
    },
    async ({ query: { status = null, notVerifiedFor, after = null, limit } }) => {
      const verifiedBefore = notVerifiedFor === undefined ? null : Math.max(0, clock.now() - ageOf(notVerifiedFor))
      // One more than asked tells whether there is a next page.
      const found = await accountOrders.list({ status, verifiedBefore, after, limit: limit + 1 })
      const accounts = found.slice(0, limit)
      return {
        accounts: accounts.map(organisationAccountViewOf),
        nextAfter: found.length > limit ? (accounts.at(-1)?.userId ?? null) : null,
      }
    },
  )
}

/** The query's schema lets nothing pass that is not written like one. */
function ageOf(text: string): number {
  return durationMs(text as Duration)
}
