// What the caller's environment says of the fleet that is started here: settings that some app reads, and nothing else of his shell.
import { type Environment, readEnv } from '@rollcall/platform'
import { z } from 'zod'
import { APP_SCHEMAS } from './app-schemas.ts'
import type { Settings } from './app-settings.ts'

const KNOWN = new Set(['NODE_EXTRA_CA_CERTS', ...Object.values(APP_SCHEMAS).flatMap(({ shape }) => Object.keys(shape))])
/** These are the fleet's to choose. */
const NOT_PASSED_ON = ['HOST', 'NODE_ENV']

/** Where one of them is missing, the fleet makes its own; so it must know them itself, whether they come from a file or not. */
const EMBEDDED = z.object({
  DATABASE_URL: z.string().optional(),
  REDIS_URL: z.string().optional(),
  CREDENTIAL_KEYS: z.string().optional(),
  USERNAME_KEY: z.string().optional(),
  REGISTRATION_API_KEY: z.string().optional(),
  REGISTRATION_PUSH_SECRET: z.string().optional(),
  GRAPH_DOMAIN: z.string().optional(),
})

/** @throws CodedError ENV_INVALID if a file that a variable names cannot be read */
export function overridesFromEnvironment(env: Environment): Settings {
  const given = Object.entries(env).filter(([name, value]) => value && isPassedOn(name))
  const embedded = Object.entries(readEnv(EMBEDDED, env)).filter(([, value]) => value !== undefined)
  return Object.fromEntries([...given, ...embedded].map(([name, value]) => [name, value ?? '']))
}

function isPassedOn(key: string): boolean {
  const name = key.replace(/_FILE$/, '')
  return KNOWN.has(name) && !NOT_PASSED_ON.includes(name) && !name.endsWith('_PORT') && !(name in EMBEDDED.shape)
}
