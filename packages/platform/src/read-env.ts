// Reads an app's settings from its environment, once. Nothing else in the app reads process.env.
// What must always hold: an error names every variable that is wrong, and what was expected of it, but never quotes a value: any of them may
// be a secret, or hold one (DATABASE_URL).
import { readFileSync } from 'node:fs'
import { CodedError } from '@rollcall/engine'
import { z } from 'zod'
import { platformErrors } from './errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const FILE_SUFFIX = '_FILE'

/**
 * Every `NAME` of the schema may come from a file whose path stands in `NAME_FILE`. An empty value counts as unset.
 * @throws CodedError ENV_INVALID with one line per wrong variable
 */
export function readEnv<Schema extends z.ZodObject>(schema: Schema, env: Environment): z.output<Schema> {
  const problems: string[] = []
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((name) => {
      const { value, problem } = givenFor(name, env)
      if (problem !== null) problems.push(problem)
      return [name, value]
    }),
  )
  const parsed = schema.safeParse(given)
  const named = new Set(problems.map((problem) => problem.split(':', 1)[0]))
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0] ?? 'the environment')
    if (!named.has(name)) problems.push(describeIssue({ schema, name, issue, isSet: given[name] !== undefined }))
  }
  problems.push(...missingInProduction({ schema, given }))
  if (!parsed.success || problems.length > 0)
    throw new CodedError(platformErrors.ENV_INVALID, problems.map((line) => `\n  ${line}`).join(''))
  return parsed.data
}

/** The embedded defaults are for trying Rollcall out. In production a forgotten setting must not quietly become a file on one machine. */
const NEEDED_IN_PRODUCTION = ['DATABASE_URL', 'REDIS_URL']

function missingInProduction({ schema, given }: { schema: z.ZodObject; given: Environment }): string[] {
  if (given.NODE_ENV !== 'production') return []
  const missing = NEEDED_IN_PRODUCTION.filter((name) => name in schema.shape && given[name] === undefined)
  return missing.map((name) => `${name}: must be set where NODE_ENV is production.`)
}

function givenFor(name: string, env: Environment): { readonly value: string | undefined; readonly problem: string | null } {
  const direct = env[name] || undefined
  const file = env[name + FILE_SUFFIX] || undefined
  if (file === undefined) return { value: direct, problem: null }
  if (direct !== undefined) return { value: direct, problem: `${name}: is set, and so is ${name}${FILE_SUFFIX}; keep one of them.` }
  try {
    // Editors and `echo` end a file with a line break that belongs to no secret.
    return { value: readFileSync(file, 'utf8').replace(/\r?\n$/, '') || undefined, problem: null }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return { value: undefined, problem: `${name}: the file that ${name}${FILE_SUFFIX} names cannot be read (${code}).` }
  }
}

function describeIssue({
  schema,
  name,
  issue,
  isSet,
}: {
  readonly schema: z.ZodObject
  readonly name: string
  readonly issue: z.core.$ZodIssue
  readonly isSet: boolean
}): string {
  const field: unknown = schema.shape[name]
  const description = field instanceof z.ZodType && field.description !== undefined ? ` (${field.description})` : ''
  return `${name}: ${isSet ? issue.message : 'is not set'}${description}`
}
