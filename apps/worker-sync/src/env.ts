import { retentionEnv, syncEnv, workerEnv } from '@rollcall/platform'
import { z } from 'zod'
import { nightlyEnv } from './nightly/nightly-env.ts'

/** The worker that keeps the fleet in order. */
export const WorkerSyncEnv = z.object({
  ...workerEnv({ port: 5024, concurrency: 10 }),
  ...syncEnv,
  ...nightlyEnv,
  ...retentionEnv,
  CREDENTIAL_KEPT_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(30)
    .describe('After how many days an initial password is erased that nobody has collected.'),
})
