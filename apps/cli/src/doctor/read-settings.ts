import { type Environment, readEnv } from '@rollcall/platform'
import type { z } from 'zod'

/** Some settings of the environment; null where one of them is wrong, which the check of the settings says. */
export function readSettings<Schema extends z.ZodObject>(schema: Schema, env: Environment): z.output<Schema> | null {
  try {
    return readEnv(schema, env)
  } catch {
    return null
  }
}
