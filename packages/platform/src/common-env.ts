import { z } from 'zod'
import { parseRedisUrl, REDIS_ADDRESS_FORMS } from './redis-address.ts'

const port = z.coerce.number().int().min(0).max(65_535)

/** A port that a setting names; 0 lets the system choose, as tests do. */
export function portSetting(standard: number, description: string): z.ZodDefault<typeof port> {
  return port.default(standard).describe(description)
}

/** A duration in milliseconds. */
export function msSetting({ standard, min, max, description }: { standard: number; min: number; max: number; description: string }) {
  return z.coerce.number().int().min(min).max(max).default(standard).describe(description)
}

/** What every app reads: spread it into the app's own schema, `z.object({ ...commonEnv, ...own })`. */
export const commonEnv = {
  DATABASE_URL: z
    .string()
    .default('file:.data/rollcall.db')
    .describe('The database: file:<path> for SQLite, sqlserver://<host>:<port>;database=... for SQL Server.'),
  REDIS_URL: z
    .string()
    .refine((text) => parseRedisUrl(text) !== null, { error: `expected ${REDIS_ADDRESS_FORMS}` })
    .default('redis://127.0.0.1:5020')
    .describe(
      'Redis: redis://<host>:<port>; redis+sentinel://<host>:<port>,.../<master name>; redis+cluster://<host>:<port>,...; rediss for TLS.',
    ),
  ROLLCALL_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'expected 1 to 40 small letters, digits and hyphens')
    .default('rollcall')
    .describe('Keeps fleets that share one Redis apart.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('The least level that is logged.'),
  HOST: z.string().default('127.0.0.1').describe('The address to listen on.'),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development').describe('Where this runs.'),
}
export type CommonEnv = z.output<z.ZodObject<typeof commonEnv>>
