import { retentionEnv, syncEnv, workerEnv } from '@rollcall/platform'
import { z } from 'zod'
import { nightlyEnv } from './nightly/nightly-env.ts'

/** The worker that keeps the fleet in order. */
export const WorkerSyncEnv = z.object({
  ...workerEnv({ port: 5024, concurrency: 10 }),
  ...syncEnv,
  ...nightlyEnv,
  ...retentionEnv,
})
