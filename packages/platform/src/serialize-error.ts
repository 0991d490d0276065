import { CodedError } from '@rollcall/engine'

/** What a log line says of an error. */
export interface LoggedError {
  readonly name: string
  readonly code?: string
  /** Only of errors whose messages are ours: any other may quote the data that it stumbled over. */
  readonly message?: string
  /** The frames alone. */
  readonly stack: string
  readonly cause?: LoggedError
}

const MOST_CAUSES = 5
/** Codes of Node, drivers and Prisma look like this; anything else in a `code` may be data. */
const CODE = /^[A-Z][A-Z0-9_]{1,40}$/

export function serializeError(thrown: unknown, depth = 0): LoggedError {
  if (!(thrown instanceof Error)) return { name: typeof thrown, stack: '' }
  const code = codeOf(thrown)
  return {
    name: thrown.name,
    ...(code !== undefined && { code }),
    ...(thrown instanceof CodedError && { message: thrown.message }),
    stack: framesOf(thrown),
    ...(thrown.cause !== undefined && depth < MOST_CAUSES && { cause: serializeError(thrown.cause, depth + 1) }),
  }
}

/** One line about an error that quotes nothing. */
export function summarizeError(thrown: unknown): string {
  if (thrown instanceof CodedError) return `${thrown.errorCode.code}: ${thrown.message}`
  const { name, code } = serializeError(thrown)
  return code === undefined ? name : `${name} ${code}`
}

function codeOf(error: Error): string | undefined {
  if (error instanceof CodedError) return error.errorCode.code
  return 'code' in error && typeof error.code === 'string' && CODE.test(error.code) ? error.code : undefined
}

function framesOf({ name, message, stack = '' }: Error): string {
  // The message goes first and whole: one of its own lines could look like a frame.
  const heading = message === '' ? name : `${name}: ${message}`
  const rest = stack.startsWith(heading) ? stack.slice(heading.length) : stack.replace(message, '')
  return rest
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
    .join('\n')
}
