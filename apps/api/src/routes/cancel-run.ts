import type { RunArchive } from '@rollcall/database'
import { cancelRun as cancel, type OperationDeps, type RunQueries, type ScheduleDefinition } from '@rollcall/engine'
import { bodyProblems, callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { assertMayOrder } from '../auth/may-order.ts'
import { findRunToChange, RunParams } from '../runs/find-run.ts'
import { Reason } from '../runs/order.ts'
import { RunSummary, summaryOf } from '../runs/run-view.ts'

const Body = z.strictObject({ reason: Reason }).meta({ id: 'Cancel' })

export interface CancelDeps extends OperationDeps {
  readonly queries: Pick<RunQueries, 'find'>
  readonly archive: Pick<RunArchive, 'find'>
  readonly scheduleDefinitions: readonly ScheduleDefinition[]
}

export function cancelRun(api: Api, deps: CancelDeps): void {
  api.post(
    '/azure-data-sync/:uuid/cancel',
    {
      config: { access: 'operate' },
      schema: {
        tags: ['operations'],
        summary: 'Cancel a run that is under way',
        description:
          'Honoured before the next try of its state; work under way is not interrupted. Asking twice changes nothing. Runs of the jobs at /api/cron are for those who administer jobs.',
        params: RunParams,
        body: Body,
        response: {
          202: RunSummary.meta({ description: 'Marked for cancelling.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(404, 409),
        },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { uuid, process } = await findRunToChange({ uuid: request.params.uuid, caller, ...deps })
      assertMayOrder({ ...deps, caller, process })
      const run = await cancel({ uuid, actor: caller.name, reason: request.body.reason }, deps)
      return reply.code(202).header('location', `/azure-data-sync/${run.uuid}`).send(summaryOf(run))
    },
  )
}
