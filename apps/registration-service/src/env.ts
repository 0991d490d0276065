import { commonEnv, portSetting, webhookSecretSetting } from '@rollcall/platform'
import { z } from 'zod'

const { DATABASE_URL, HOST, LOG_LEVEL, NODE_ENV } = commonEnv

export const RegistrationEnv = z
  .object({
    DATABASE_URL,
    LOG_LEVEL,
    HOST,
    NODE_ENV,
    REGISTRATION_PORT: portSetting(5003, 'Port of the registration service.'),
    REGISTRATION_PUSH_URL: z
      .url({ protocol: /^https?$/, error: 'expected an address that begins with http:// or https://' })
      .default('http://127.0.0.1:5000/api/registrations/events')
      .describe('Where the registration service tells of changes: the path /api/registrations/events of the API.'),
    REGISTRATION_PUSH_SECRET: webhookSecretSetting.describe(
      'Signs what the registration service pushes: whsec_ and 24 to 64 random bytes in base64, the same here and in the API.',
    ),
    REGISTRATION_REQUESTS_PER_MINUTE: z.coerce
      .number()
      .int()
      .min(0)
      .default(120_000)
      .describe('Requests that one API key may send to one instance of the registration service in a minute; 0 for no limit.'),
    REGISTRATION_FAULTS: z
      .stringbool()
      .default(false)
      .describe('Whether PUT /faults may make the registration service fail, for tests. Refused where NODE_ENV is production.'),
  })
  .refine(({ NODE_ENV: where, REGISTRATION_FAULTS: faults }) => !(faults && where === 'production'), {
    error: 'expected false where NODE_ENV is production',
    path: ['REGISTRATION_FAULTS'],
  })
export type RegistrationEnv = z.infer<typeof RegistrationEnv>
