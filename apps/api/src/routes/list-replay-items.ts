import type { Ledger, RunQueries } from '@rollcall/engine'
import type { CohortStore } from '@rollcall/operations'
import { keyProblems, problemResponses } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { findReplay, ReplayParams } from '../replays/find-replay.ts'
import { ITEM_OUTCOMES, ReplayItem, replayItemOf } from '../replays/replay-view.ts'

const Query = z.strictObject({
  outcome: z.enum(ITEM_OUTCOMES).optional(),
  after: z.uuid().toLowerCase().optional().meta({ description: 'The `nextAfter` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const ReplayItems = z
  .object({
    items: z.array(ReplayItem),
    nextAfter: z.string().nullable().meta({ description: 'Where the next page begins; null on the last one.' }),
  })
  .meta({ id: 'ReplayItems' })

export interface ListReplayItemsDeps {
  readonly queries: Pick<RunQueries, 'find'>
  readonly ledger: Pick<Ledger, 'read'>
  readonly cohorts: Pick<CohortStore, 'items'>
}

export function listReplayItems(api: Api, { queries, ledger, cohorts }: ListReplayItemsDeps): void {
  api.get(
    '/replays/:uuid/items',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['operations'],
        summary: 'List the runs of an order to replay, with what became of each',
        description: 'In the order of their uuids. Go on with `nextAfter` until it is null.',
        params: ReplayParams,
        querystring: Query,
        response: { 200: ReplayItems, ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async ({ params: { uuid }, query: { outcome = null, after = null, limit } }) => {
      await findReplay({ uuid, queries })
      // One more than asked tells whether there is a next page.
      const found = await cohorts.items({ cohortUuid: uuid, outcome, after, limit: limit + 1 })
      const items = found.slice(0, limit)
      const runs = new Map((await ledger.read(items.map(({ runUuid }) => runUuid))).map((run) => [run.uuid, run]))
      return {
        items: items.map((item) => replayItemOf({ item, run: runs.get(item.runUuid) })),
        nextAfter: found.length > limit ? (items.at(-1)?.runUuid ?? null) : null,
      }
    },
  )
}
