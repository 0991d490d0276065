import type { RunArchive } from '@rollcall/database'
import { type GroupCounts, RUN_STATUSES, type RunQueries } from '@rollcall/engine'
import { callerOf, keyProblems, problemResponses, refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { maySee } from '../auth/access.ts'
import { apiErrors } from '../problems/api-errors.ts'

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

export interface GetGroupDeps {
  readonly queries: Pick<RunQueries, 'groupCounts' | 'list'>
  readonly archive: Pick<RunArchive, 'groupCounts' | 'list'>
}

export function getGroup(api: Api, { queries, archive }: GetGroupDeps): void {
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
      const first = { after: null, limit: 1 }
      const one = (await queries.list({ groupUuid }, first)).runs[0] ?? (await archive.list({ groupUuid }, first)).runs[0]
      if (!one || !maySee(callerOf(request), one)) throw refusal(apiErrors.GROUP_NOT_FOUND)
      const { counts, total } = sumOf(await queries.groupCounts(groupUuid), await archive.groupCounts(groupUuid))
      const byStatus: Partial<Record<(typeof RUN_STATUSES)[number], number>> = {}
      for (const { status, count } of counts) byStatus[status] = (byStatus[status] ?? 0) + count
      return { groupUuid, total, byStatus, counts: [...counts], runs: `/azure-data-sync?groupUuid=${groupUuid}` }
    },
  )
}

/** The older runs of a group may stand in the archive already. */
function sumOf(ledger: GroupCounts, archive: GroupCounts): GroupCounts {
  const byKind = new Map(ledger.counts.map((row) => [kindOf(row), row]))
  for (const row of archive.counts) byKind.set(kindOf(row), { ...row, count: row.count + (byKind.get(kindOf(row))?.count ?? 0) })
  return { total: ledger.total + archive.total, counts: [...byKind.values()] }
}

function kindOf({ state, status, completion }: GroupCounts['counts'][number]): string {
  return `${state} ${status} ${completion}`
}
