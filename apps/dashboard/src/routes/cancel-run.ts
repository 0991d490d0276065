import { cancelRun as cancel, Reason, TerminalError } from '@rollcall/engine'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { assertMayOrder } from '../auth/may-order.ts'
import { operatorOf } from '../plugins/authentication.ts'
import { dashboardErrors } from '../problems/dashboard-errors.ts'
import { findRunToChange } from '../runs/find-run.ts'
import type { RunOperations } from '../runs/replay-stored.ts'
import { answerRunOrder } from './answer-run-order.ts'
import type { RunPageDeps } from './get-run.ts'

const Form = z.object({ reason: Reason })

export function cancelRun(app: FastifyInstance, deps: RunOperations & RunPageDeps): void {
  app.post('/runs/:uuid/cancel', { config: { admits: 'operate' } }, (request, reply) =>
    answerRunOrder({ request, reply, done: 'cancelling' }, deps, async (uuid) => {
      const form = Form.safeParse(request.body)
      if (!form.success) throw new TerminalError(dashboardErrors.INVALID_FORM, 'A reason must be 1 to 500 characters that can be printed.')
      const operator = operatorOf(request)
      assertMayOrder(operator, await findRunToChange(uuid, deps), deps)
      await cancel({ uuid, actor: operator.name, reason: form.data.reason }, deps)
    }),
  )
}
