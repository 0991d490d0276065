// How callers name a job, and what they may say with an order about one. The jobs are the schedules of the status sync, under the names that the
// earlier system gave them; its calls had no body.
import { NO_REASON } from '@rollcall/engine'
import { z } from 'zod'
import { Reason } from '../runs/order.ts'

export const JobParams = z.object({
  job: z
    .string()
    .min(1)
    .max(60)
    .meta({ description: 'The name of a job.', examples: ['userStatusSync'] }),
})

export const JobOrder = z
  .strictObject({ reason: Reason.optional() })
  .nullish()
  .meta({ id: 'JobOrder', description: `May be left out; the reason is then recorded as "${NO_REASON}".` })
