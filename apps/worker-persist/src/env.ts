import { sealingKeysSetting, usernameKeySetting, workerEnv } from '@rollcall/platform'
import { z } from 'zod'

/** The worker that writes people and users: it gives usernames, seals initial passwords, and holds no secret of an outside system. */
export const WorkerPersistEnv = z.object({
  ...workerEnv({ port: 5023, concurrency: 50 }),
  CREDENTIAL_KEYS: sealingKeysSetting,
  USERNAME_KEY: usernameKeySetting,
})
