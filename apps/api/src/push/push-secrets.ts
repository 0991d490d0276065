import { isWebhookSecret, WEBHOOK_SECRET_FORM } from '@rollcall/platform'
import { z } from 'zod'

/** Several while they are changed: the API takes both until the service has the new one. */
export const pushSecretsSetting = z
  .string()
  .default('')
  .transform((list) => list.split(',').flatMap((secret) => (secret.trim() === '' ? [] : [secret.trim()])))
  .refine((secrets) => secrets.every(isWebhookSecret), {
    error: `expected ${WEBHOOK_SECRET_FORM}; several with commas between`,
  })
  .describe(
    'Signs what the registration service pushes: whsec_ and 24 to 64 random bytes in base64, the same here and in the API, which takes several with commas between while they are changed.',
  )
