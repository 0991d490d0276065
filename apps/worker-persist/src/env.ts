import { createSecretKey } from 'node:crypto'
import { sealingKeysSetting, workerEnv } from '@rollcall/platform'
import { z } from 'zod'

const USERNAME_KEY_BYTES = 32

/** An opaque object rather than bytes: it shows nothing when settings are printed by mistake. */
const usernameKeySetting = z
  .string()
  .transform((text, context) => {
    const bytes = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : Buffer.of()
    if (bytes.length !== USERNAME_KEY_BYTES) context.addIssue(`must be a key of ${USERNAME_KEY_BYTES} bytes in base64`)
    return createSecretKey(bytes)
  })
  .describe(
    'Key from which the digits of usernames follow, 32 bytes in base64. Never change it: the names of a restored database come from it.',
  )

/** The worker that writes people and users: it gives usernames, seals initial passwords, and holds no secret of an outside system. */
export const WorkerPersistEnv = z.object({
  ...workerEnv({ port: 5023, concurrency: 50 }),
  CREDENTIAL_KEYS: sealingKeysSetting,
  USERNAME_KEY: usernameKeySetting,
})
