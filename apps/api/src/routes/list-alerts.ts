import type { Alerts } from '@rollcall/alerts'
import { keyProblems, problemResponses } from '@rollcall/platform/http'
import { z } from 'zod'
import { AlertView, alertViewOf } from '../alerts/alert-view.ts'
import { alertCursor } from '../alerts/cursor.ts'
import type { Api } from '../api.ts'
import { NextCursor } from '../paging/create-page-cursor.ts'

const Query = z.strictObject({
  state: z.enum(['open', 'resolved']).optional().meta({ description: 'Only those that stand, or only those that are over.' }),
  rule: z
    .string()
    .max(60)
    .optional()
    .meta({ examples: ['backlog'] }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: alertCursor.param(),
})

const AlertList = z
  .object({
    alerts: z.array(AlertView),
    nextCursor: NextCursor,
  })
  .meta({ id: 'AlertList' })

export function listAlerts(api: Api, { alerts }: { readonly alerts: Pick<Alerts, 'list'> }): void {
  api.get(
    '/alerts',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['operations'],
        summary: 'List the alerts of the fleet',
        description:
          'What a person must look at, or had to: newest first. A rule that is broken for long enough makes one alert per process, schedule, worker or outside system, until it is kept again for long enough. The same is sent to the webhook, if one is set.',
        querystring: Query,
        response: { 200: AlertList, ...keyProblems, ...problemResponses(400) },
      },
    },
    async (request) => {
      const { state, rule, limit, cursor } = request.query
      const filter = { ...(state !== undefined && { isOpen: state === 'open' }), ...(rule !== undefined && { rule }) }
      const page = await alerts.list(filter, { after: alertCursor.decode(cursor), limit })
      return { alerts: page.alerts.map(alertViewOf), nextCursor: page.next && alertCursor.encode(page.next) }
    },
  )
}
