// Turns what zod found into the list that a problem document carries: every field, where it stands, what was expected there and the shape
// of what came. Never the value itself: it may be somebody's name.
import { z } from 'zod'
import { shapeOf } from './shape-of.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** Field names are the caller's own words, and may be long. */
const LONGEST_NAME = 100

export const FIELD_SOURCES = ['body', 'query', 'path', 'header'] as const
export type FieldSource = (typeof FIELD_SOURCES)[number]

export const InvalidField = z.object({
  in: z.enum(FIELD_SOURCES),
  pointer: z.string().meta({ description: 'JSON Pointer into the body or, elsewhere, the name.', examples: ['/0/birthDate'] }),
  path: z.string().meta({ description: 'The same, readable.', examples: ['[0].birthDate'] }),
  reason: z.string().meta({ examples: ['must be a date of the calendar, written YYYY-MM-DD'] }),
  expected: z.string().meta({ examples: ['a date of the calendar, written YYYY-MM-DD'] }),
  received: z.string().meta({ description: "The value's shape, never the value.", examples: ['string of 10 characters'] }),
})
export type InvalidField = z.infer<typeof InvalidField>

/**
 * @param root what was validated
 * @param within where that stands in the body, e.g. the index of an item
 */
export function invalidFields({
  issues,
  root,
  source,
  within = [],
}: {
  readonly issues: readonly Issue[]
  readonly root: unknown
  readonly source: FieldSource
  readonly within?: Path
}): InvalidField[] {
  return issues.flatMap(findingsOf).map(({ path, expected, reason }) => {
    const whole = [...within, ...path]
    const value = valueAt(root, path)
    return {
      in: source,
      pointer: pointerTo(whole),
      path: readable(whole),
      reason: reason ?? `must be ${value === undefined ? 'given, as ' : ''}${withArticle(expected)}`,
      expected,
      received: shapeOf(value),
    }
  })
}

interface Finding {
  readonly path: Path
  readonly expected: string
  /** Null: the value is of another type. */
  readonly reason: string | null
}

function findingsOf(issue: Issue): Finding[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], reason: 'is not a field of this object', expected: 'no such field' }))
  }
  if (issue.code === 'invalid_type') return [{ path, reason: null, expected: issue.expected }]
  const reason = reasonOf(issue)
  return [{ path, reason, expected: reason.replace(/^must (be )?/, '') }]
}

/** Our own rules say what they want; zod's built-in ones are put into the same form, since theirs may quote. */
function reasonOf(issue: Issue): string {
  if (issue.message.startsWith('must ')) return issue.message
  switch (issue.code) {
    case 'too_big':
      return `must be at most ${measure(issue.maximum, issue.origin)}`
    case 'too_small':
      return `must be at least ${measure(issue.minimum, issue.origin)}`
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`
    case 'invalid_format':
      return `must be ${withArticle(issue.format)}`
    default:
      return 'must be valid'
  }
}

function measure(limit: number | bigint, origin: string): string {
  if (origin === 'string') return `${limit} characters long`
  if (origin === 'array') return `${limit} items long`
  return String(limit)
}

function withArticle(noun: string): string {
  return `${/^[aeio]/i.test(noun) ? 'an' : 'a'} ${noun}`
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

function pointerTo(path: Path): string {
  return path.map((key) => `/${named(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function readable(path: Path): string {
  return path.map((key, depth) => (typeof key === 'number' ? `[${key}]` : `${depth === 0 ? '' : '.'}${named(key)}`)).join('')
}

function named(key: PropertyKey): string {
  const name = String(key)
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`
}
