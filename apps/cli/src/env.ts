import { commonEnv } from '@rollcall/platform'
import { z } from 'zod'

/** Where the API is and who asks it. */
export const ApiAccessEnv = z.object({
  ROLLCALL_API_URL: z
    .url({ protocol: /^https?$/ })
    // Requests refuse such an address, and quote it.
    .refine((text) => !/^https?:\/\/[^/?#]*@/.test(text), { error: 'must not hold a user or a password' })
    .describe('Where the command line finds the API, e.g. http://127.0.0.1:5000.'),
  ROLLCALL_API_KEY: z.string().min(1).describe('The API key that the command line sends.'),
})

/** What works on the database itself. */
export const DatabaseEnv = z.object({ DATABASE_URL: commonEnv.DATABASE_URL })

/** The settings of the command line. */
export const CliEnv = z.object({ ...ApiAccessEnv.shape, ...DatabaseEnv.shape })
