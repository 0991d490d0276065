import { z } from 'zod'

/** Where worker-sync asks for registrations. Only this worker holds the key. */
export const registrationsEnv = {
  ORGANIZATION_SERVICE_URL: z
    .url({ protocol: /^https?$/, error: 'expected an address that begins with http:// or https://' })
    .default('http://localhost:5003')
    .describe('The registration service.'),
  REGISTRATION_API_KEY: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A key of the role service, for the registration service. Without one it refuses every question, and no account follows its registration.',
    ),
}
export type RegistrationsEnv = z.output<z.ZodObject<typeof registrationsEnv>>
