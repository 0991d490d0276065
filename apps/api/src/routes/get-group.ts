import { RUN_STATUSES, type RunQueries } from '@rollcall/engine'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { maySee } from '../auth/access.ts'
import { callerOf } from '../plugins/authentication.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { refusal } from '../problems/problem.ts'
import { keyProblems, problemResponses } from '../problems/problem-responses.ts'

const Params = z.object({ groupUuid: z.uuid().toLowerCase() })

const Group = z
  .object({
    groupUuid: z.string(),
    total: z.int().meta({ description: 'Runs that the request began, and those that they began.' }),
    byStatus: z.partialRecord(z.enum(RUN_STATUSES), z.int()),
    counts: z.array(
      z.object({
        state: z.string(),
        status: z.enum(RUN_STATUSES),
        completion: z.enum(['full', 'partial']).nullable(),
        count: z.int(),
      }),
    ),
    runs: z.string().meta({ description: 'Where its runs are listed.' }),
  })
  .meta({ id: 'Group' })

export function getGroup(api: Api, { queries }: { readonly queries: Pick<RunQueries, 'groupCounts' | 'list'> }): void {
  api.get(
    '/groups/:groupUuid',
    {
      config: { access: 'read' },
      schema: {
        tags: ['runs'],
        summary: 'See how far the runs of one request have come',
        params: Params,
        response: { 200: Group, ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async (request) => {
      const { groupUuid } = request.params
      // All runs of a group were requested by the same caller.
      const { runs } = await queries.list({ groupUuid }, { after: null, limit: 1 })
      const [one] = runs
      if (!one || !maySee(callerOf(request), one)) throw refusal(apiErrors.GROUP_NOT_FOUND)
      const { counts, total } = await queries.groupCounts(groupUuid)
      const byStatus: Partial<Record<(typeof RUN_STATUSES)[number], number>> = {}
      for (const { status, count } of counts) byStatus[status] = (byStatus[status] ?? 0) + count
      return { groupUuid, total, byStatus, counts: [...counts], runs: `/azure-data-sync?groupUuid=${groupUuid}` }
    },
  )
}
