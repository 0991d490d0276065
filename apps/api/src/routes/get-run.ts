import type { RunQueries } from '@rollcall/engine'
import type { Api } from '../api.ts'
import { callerOf } from '../plugins/authentication.ts'
import { keyProblems, problemResponses } from '../problems/problem-responses.ts'
import { findRun, RunParams } from '../runs/find-run.ts'
import { RunView, viewOf } from '../runs/run-view.ts'

export function getRun(api: Api, { queries }: { readonly queries: RunQueries }): void {
  api.get(
    '/azure-data-sync/:uuid',
    {
      config: { access: 'read' },
      schema: {
        tags: ['runs'],
        summary: 'Look at one run, with its history',
        description: 'An upstream system sees the runs that it asked for.',
        params: RunParams,
        response: { 200: RunView, ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async (request) => {
      const run = await findRun({ uuid: request.params.uuid, caller: callerOf(request), queries })
      return viewOf({ run, history: await queries.history(run.uuid) })
    },
  )
}
