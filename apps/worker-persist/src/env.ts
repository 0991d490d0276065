import { sealingKeysSetting, workerEnv } from '@rollcall/platform'
import { z } from 'zod'

/** The worker that writes people and users: it seals initial passwords, and holds no secret of an outside system. */
export const WorkerPersistEnv = z.object({
  ...workerEnv({ port: 5023, concurrency: 20 }),
  CREDENTIAL_KEYS: sealingKeysSetting,
})
