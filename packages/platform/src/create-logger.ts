// One JSON line per event on stdout. What must always hold: no secret and no personal data in a line. So secret names are redacted wherever
// they stand, and of an error whose message is not ours only its name, its code and its frames are kept.
import { type Bindings, type ChildLoggerOptions, type DestinationStream, type Logger, pino } from 'pino'
import { serializeError, summarizeError } from './serialize-error.ts'
import { withoutSecrets } from './without-secrets.ts'

export type { Logger } from 'pino'

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
    formatters: { level: (label: string) => ({ level: label }), log: withoutSecrets },
    serializers: { err: serializeError, error: serializeError, cause: serializeError, reason: serializeError },
    hooks: { logMethod: logWithOwnWords },
  }
  return cleanOfBindings(destination ? pino(options, destination) : pino(options))
}

/** Pino hands the fields of a line to `formatters.log`, and those that a child is bound to to nobody. Children inherit this. */
function cleanOfBindings(logger: Logger): Logger {
  const { child } = logger
  function cleanChild<Levels extends string = never>(this: Logger, bindings: Bindings, options?: ChildLoggerOptions<Levels>) {
    return child.bind(this)(withoutSecrets(bindings), options)
  }
  return Object.assign(logger, { child: cleanChild })
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
