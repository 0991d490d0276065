import type { RunArchive } from '@rollcall/database'
import {
  engineErrors,
  isErased,
  type Ledger,
  lastStateOf,
  type OperationDeps,
  type ProcessDefinition,
  type RunQueries,
  replayRun as replay,
  type ScheduleDefinition,
} from '@rollcall/engine'
import type { CohortStore } from '@rollcall/operations'
import { bodyProblems, callerOf, keyProblems, problemResponses, refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { assertMayReplay } from '../auth/may-order.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { correctedInput } from '../runs/corrected-input.ts'
import { findRunToChange, RunParams } from '../runs/find-run.ts'
import { Reason } from '../runs/order.ts'
import { RunSummary, summaryOf } from '../runs/run-view.ts'

const Body = z
  .strictObject({
    reason: Reason,
    fromState: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .meta({ description: 'An earlier state that the process allows. Left out: where it ended.' }),
    input: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({
        description:
          'Corrected fields of the input. Each replaces the stored one whole, null takes it away; the result must be valid input. Refused where the process does not let its input be corrected: jobs, pushed registrations and what follows from them.',
        examples: [{ schoolId: '2902418' }],
      }),
  })
  .meta({ id: 'Replay' })

export interface ReplayDeps extends OperationDeps {
  readonly ledger: Ledger
  readonly queries: RunQueries
  readonly archive: Pick<RunArchive, 'find'>
  readonly processes: readonly ProcessDefinition[]
  readonly scheduleDefinitions: readonly ScheduleDefinition[]
  readonly cohorts: Pick<CohortStore, 'count'>
}

export function replayRun(api: Api, deps: ReplayDeps): void {
  api.post(
    '/azure-data-sync/:uuid/replay',
    {
      config: { access: 'operate' },
      schema: {
        tags: ['operations'],
        summary: 'Start a failed or cancelled run again',
        description: 'Runs of the jobs at /api/cron, and runs that replay such, are for those who administer jobs.',
        params: RunParams,
        body: Body,
        response: {
          202: RunSummary.meta({ description: 'The run, on its way again under a new version.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(404, 409),
        },
      },
    },
    async (request, reply) => {
      const { reason, fromState, input } = request.body
      const caller = callerOf(request)
      const run = await findRunToChange({ uuid: request.params.uuid, caller, ...deps })
      await assertMayReplay({ ...deps, caller, run })
      // Before the input is judged, which is gone.
      if (isErased(run)) throw refusal(engineErrors.RUN_ERASED)
      const process = deps.processes.find(({ name }) => name === run.process)
      if (!process) throw refusal(apiErrors.UNKNOWN_PROCESS, { detail: `It is ${run.process}.` })
      const order = {
        process,
        run,
        lastState: lastStateOf({ run, history: await deps.queries.history(run.uuid) }),
        fromState: fromState ?? null,
        input: input ? correctedInput({ process, stored: run.input, changes: input }) : null,
        actor: caller.name,
        reason,
      }
      const replayed = await replay(order, deps)
      return reply.code(202).header('location', `/azure-data-sync/${run.uuid}`).send(summaryOf(replayed))
    },
  )
}
