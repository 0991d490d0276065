import { commonEnv } from '@rollcall/platform'
import { z } from 'zod'

/** The settings of the command line. */
export const CliEnv = z.object({ DATABASE_URL: commonEnv.DATABASE_URL })
