import { bodyProblems, callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import type { Api } from '../api.ts'
import { IDEMPOTENCY_REPLAYED, IdempotencyHeaders } from '../idempotency-key.ts'
import { type BeginReplayDeps, beginReplay, ReplayBegun } from '../replays/begin-replay.ts'
import { countCohort, ReplayCount } from '../replays/count-cohort.ts'
import { cohortFilterOf, ReplayOrder } from '../replays/replay-body.ts'

export function createReplay(api: Api, deps: BeginReplayDeps): void {
  api.post(
    '/replays',
    {
      config: { access: 'operate' },
      schema: {
        tags: ['operations'],
        summary: 'Replay every failed run that a filter names',
        description: [
          'First with `dryRun`, which only counts; then with the `expectedCount` that it told. The order is refused (409) if another number is meant by now.',
          'Runs of the jobs at /api/cron are for those who administer jobs: the order of anybody else that means any is refused (403).',
          'Follow it at `Location`; cancel it as the run that it is, at `POST /azure-data-sync/{uuid}/cancel`.',
        ].join('\n\n'),
        headers: IdempotencyHeaders,
        body: ReplayOrder,
        response: {
          200: ReplayCount.meta({ description: 'The dry run: what would be replayed.' }),
          202: ReplayBegun.meta({ description: 'Begun.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(409),
        },
      },
    },
    async (request, reply) => {
      const { expectedCount, filter, fromState = null, reason } = request.body
      if (expectedCount === undefined || reason === undefined) {
        return countCohort({ ...deps, filter: cohortFilterOf(filter), fromState, asOf: deps.clock.now() })
      }
      const order = { ...request.body, expectedCount, reason }
      const asked = { order, caller: callerOf(request), idempotencyKey: request.headers['idempotency-key'] }
      const { uuid, count, repeated } = await beginReplay(asked, deps)
      if (repeated) reply.headers(IDEMPOTENCY_REPLAYED)
      return reply.code(202).header('location', `/replays/${uuid}`).send({ uuid, count })
    },
  )
}
