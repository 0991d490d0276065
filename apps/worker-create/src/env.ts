import { GraphConfig } from '@rollcall/graph'
import { graphBudgetEnv, sealingKeysSetting, workerEnv } from '@rollcall/platform'
import { z } from 'zod'

/** The worker that writes to outside systems: it holds their secrets, and opens initial passwords. */
export const WorkerCreateEnv = z.object({
  ...workerEnv({ port: 5021, concurrency: 50 }),
  ...GraphConfig.shape,
  ...graphBudgetEnv,
  CREDENTIAL_KEYS: sealingKeysSetting,
})
