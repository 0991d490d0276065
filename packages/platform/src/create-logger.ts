// One JSON line per event on stdout. What must always hold: no secret and no personal data in a line. So secret names are redacted wherever
// they stand, and of an error whose message is not ours only its name, its code and its frames are kept.
import { type Bindings, type ChildLoggerOptions, type DestinationStream, type Logger, pino } from 'pino'
import { serializeError, summarizeError } from './serialize-error.ts'
import { ERROR_FIELDS, withoutSecrets, withoutSecretsIn } from './without-secrets.ts'

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
    serializers: Object.fromEntries([...ERROR_FIELDS].map((field) => [field, serializeError])),
    hooks: { logMethod: logWithOwnWords },
  }
  return cleanOfBindings(destination ? pino(options, destination) : pino(options))
}

/** Pino hands the fields of a line to `formatters.log`, and those that a logger is bound to to nobody. Children inherit this. */
function cleanOfBindings(logger: Logger): Logger {
  const { child, setBindings } = logger
  function cleanChild<Levels extends string = never>(this: Logger, bindings: Bindings, options?: ChildLoggerOptions<Levels>) {
    return child.bind(this)(withoutSecrets(bindings), options)
  }
  function setCleanBindings(this: Logger, bindings: Bindings) {
    setBindings.call(this, withoutSecrets(bindings))
  }
  return Object.assign(logger, { child: cleanChild, setBindings: setCleanBindings })
}

/** Left alone, pino takes the message of an error that is logged without one, and writes whatever is given to the places of a message. */
function logWithOwnWords(this: Logger, args: Parameters<Logger['info']>, method: Logger['info']): void {
  const [first, message, ...rest] = args as unknown[]
  const thrown = first instanceof Error ? first : errorIn(first)
  if (thrown && message === undefined)
    return void method.call(this, first instanceof Error ? { err: first } : first, summarizeError(thrown))
  const others = [message, ...rest].map(wordsOf)
  const own = [first instanceof Error ? { err: first } : first, ...(args.length > 1 ? others : [])]
  method.apply(this, own as Parameters<Logger['info']>)
}

function wordsOf(value: unknown): unknown {
  return value instanceof Error ? summarizeError(value) : withoutSecretsIn(value)
}

function errorIn(fields: unknown): Error | null {
  return typeof fields === 'object' && fields !== null && 'err' in fields && fields.err instanceof Error ? fields.err : null
}
