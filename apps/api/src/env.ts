import { commonEnv, portSetting, retentionEnv, sealingKeysSetting, termsAgree } from '@rollcall/platform'
import { z } from 'zod'
import { pushSecretsSetting } from './push/push-secrets.ts'

export const ApiEnv = z
  .object({
    ...commonEnv,
    ...retentionEnv,
    API_PORT: portSetting(5000, 'Port of the API.'),
    CREDENTIAL_KEYS: sealingKeysSetting,
    API_REQUESTS_PER_MINUTE: z.coerce
      .number()
      .int()
      .min(0)
      .default(120_000)
      .describe('Requests that one API key may send to one instance in a minute; 0 for no limit.'),
    REGISTRATION_PUSH_SECRET: pushSecretsSetting,
    API_TRUST_PROXY: z
      .string()
      .default('')
      .transform((list) => (list === '' ? (false as const) : list.split(',').map((one) => one.trim())))
      .describe('Addresses or networks of the reverse proxies whose X-Forwarded-For is believed, with commas between.'),
  })
  .check(termsAgree)
export type ApiEnv = z.infer<typeof ApiEnv>
