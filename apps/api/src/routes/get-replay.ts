import type { RunQueries } from '@rollcall/engine'
import type { CohortStore } from '@rollcall/operations'
import { keyProblems, problemResponses } from '@rollcall/platform/http'
import type { Api } from '../api.ts'
import { findReplay, ReplayParams } from '../replays/find-replay.ts'
import { ReplayView, replayViewOf } from '../replays/replay-view.ts'

export interface GetReplayDeps {
  readonly queries: Pick<RunQueries, 'find'>
  readonly cohorts: Pick<CohortStore, 'outcomes'>
}

export function getReplay(api: Api, { queries, cohorts }: GetReplayDeps): void {
  api.get(
    '/replays/:uuid',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['operations'],
        summary: 'Show an order to replay, and what became of its runs',
        params: ReplayParams,
        response: { 200: ReplayView, ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async ({ params: { uuid } }) => {
      const run = await findReplay({ uuid, queries })
      return replayViewOf({ run, outcomes: await cohorts.outcomes(uuid) })
    },
  )
}
