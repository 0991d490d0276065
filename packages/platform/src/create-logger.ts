// One JSON line per event on stdout. What must always hold: no secret and no personal data in a line. So secret names are redacted wherever
// they stand, and of an error whose message is not ours only its name, its code and its frames are kept.
import { type DestinationStream, type Logger, pino } from 'pino'
import { serializeError, summarizeError } from './serialize-error.ts'

export type { Logger } from 'pino'

const SECRET_KEYS = [
  'password',
  'initialPassword',
  'sealedPassword',
  'secret',
  'clientSecret',
  'client_secret',
  'client_assertion',
  'token',
  'accessToken',
  'access_token',
  'authorization',
  'Authorization',
  'cookie',
  'apiKey',
  'x-api-key',
  'X-API-KEY',
  'CREDENTIAL_KEYS',
  'USERNAME_KEY',
  'DATABASE_URL',
  'REDIS_URL',
]
/** So many objects deep a secret may hide; what is logged is flat. */
const DEPTH = 4

export interface LoggerOptions {
  /** `api`, `worker-create`, … */
  readonly app: string
  /** Which of several of the same app. */
  readonly instance?: string
  readonly level: string
  /** @defaultValue stdout */
  readonly destination?: DestinationStream
}

export function createLogger({ app, instance, level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { app, ...(instance !== undefined && { instance }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretPaths(), censor: '[redacted]' },
    serializers: { err: serializeError, error: serializeError, cause: serializeError, reason: serializeError },
    hooks: { logMethod: logWithOwnWords },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** Left alone, pino takes the message of an error that is logged without one. */
function logWithOwnWords(this: Logger, args: Parameters<Logger['info']>, method: Logger['info']): void {
  const [first, message, ...rest] = args as unknown[]
  const thrown = first instanceof Error ? first : errorIn(first)
  if (!thrown || message !== undefined) {
    method.apply(this, (first instanceof Error ? [{ err: first }, message, ...rest] : args) as Parameters<Logger['info']>)
    return
  }
  method.call(this, first instanceof Error ? { err: first } : first, summarizeError(thrown))
}

function errorIn(fields: unknown): Error | null {
  return typeof fields === 'object' && fields !== null && 'err' in fields && fields.err instanceof Error ? fields.err : null
}

function secretPaths(): string[] {
  return SECRET_KEYS.flatMap((key) => {
    const last = /^\w+$/.test(key) ? key : `["${key}"]`
    return Array.from({ length: DEPTH }, (_none, depth) =>
      ['*', '*', '*', '*'].slice(0, depth).concat(last).join('.').replaceAll('.[', '['),
    )
  })
}
