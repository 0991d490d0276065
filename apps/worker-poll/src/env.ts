import { GraphConfig } from '@rollcall/graph'
import { graphBudgetEnv, workerEnv } from '@rollcall/platform'
import { z } from 'zod'

/** The worker that reads outside systems until they are ready: it may look, and opens no password. */
export const WorkerPollEnv = z.object({
  ...workerEnv({ port: 5022, concurrency: 50 }),
  ...GraphConfig.shape,
  ...graphBudgetEnv,
})
