import { engineErrors, Reason, TerminalError } from '@rollcall/engine'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { operatorOf } from '../plugins/authentication.ts'
import { dashboardErrors } from '../problems/dashboard-errors.ts'
import { findRunToChange } from '../runs/find-run.ts'
import { type RunOperations, replayStored } from '../runs/replay-stored.ts'
import { answerRunOrder } from './answer-run-order.ts'
import type { RunPageDeps } from './get-run.ts'

const Form = z.object({
  reason: Reason,
  fromState: z.string().min(1).max(60),
  /** The version that the operator saw. */
  version: z.coerce.number().int(),
})

export function replayRun(app: FastifyInstance, deps: RunOperations & RunPageDeps): void {
  app.post('/runs/:uuid/replay', { config: { admits: 'operate' } }, (request, reply) =>
    answerRunOrder({ request, reply, done: 'replayed' }, deps, async (uuid) => {
      const form = Form.safeParse(request.body)
      if (!form.success) throw new TerminalError(dashboardErrors.INVALID_FORM, 'A reason must be 1 to 500 characters that can be printed.')
      const { reason, fromState, version } = form.data
      const run = await findRunToChange(uuid, deps)
      if (run.version !== version) throw new TerminalError(engineErrors.RUN_CHANGED)
      await replayStored({ run, fromState, operator: operatorOf(request), reason }, deps)
    }),
  )
}
