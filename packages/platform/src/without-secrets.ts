// Takes out of what is logged what no line may show: values with secret names, and whatever an error, a buffer or a depth may hide. One walk
// over the fields: a pattern per name and depth cost the API an eighth of its time.
import { serializeError } from './serialize-error.ts'

const CENSOR = '[redacted]'
const SECRET_KEYS: ReadonlySet<string> = new Set([
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
  'GRAPH_CLIENT_SECRET',
  'ROLLCALL_API_KEY',
  'REGISTRATION_API_KEY',
  'REGISTRATION_PUSH_SECRET',
  'ALERT_WEBHOOK_SECRET',
  // Addresses of receivers may hold tokens.
  'ALERT_WEBHOOK_URL',
  'ALERT_HEARTBEAT_URL',
  'DATABASE_URL',
  'REDIS_URL',
])
/** So many objects deep a line shows what it was given; what is logged is flat. */
const DEPTH = 4

/** Fields of a line, or of what a logger is bound to, that pino hands to `serializeError`. */
export const ERROR_FIELDS: ReadonlySet<string> = new Set(['err', 'error', 'cause', 'reason'])

/** The same fields, copied only where something was taken out. */
export function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  return clean(fields, DEPTH)
}

/** The same for a value that has no name. */
export function withoutSecretsIn(value: unknown): unknown {
  return shown(value, DEPTH)
}

function clean<Value extends object>(value: Value, depth: number): Value {
  let copy: Value | null = null
  for (const [key, inner] of Object.entries(value)) {
    if (depth === DEPTH && ERROR_FIELDS.has(key)) continue
    const kept = SECRET_KEYS.has(key) && inner !== undefined ? CENSOR : shown(inner, depth)
    if (kept === inner) continue
    copy ??= copyOf(value)
    Object.assign(copy, { [key]: kept })
  }
  return copy ?? value
}

/** What JSON makes of the value, as far as it may be known. */
function shown(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  // JSON would show whatever a library has hung on it: requests, answers, configurations.
  if (value instanceof Error) return serializeError(value)
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (depth === 1) return '[too deep]'
  try {
    return hasOwnForm(value) ? shown(value.toJSON(), depth - 1) : clean(value, depth - 1)
  } catch {
    // A getter or a toJSON that throws must not fail whoever logs.
    return '[unreadable]'
  }
}

function hasOwnForm(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}

/** An array of the same items, or a plain object of the same fields: what JSON makes of either is the same. */
function copyOf<Value extends object>(value: Value): Value {
  return (Array.isArray(value) ? [...value] : { ...value }) as Value
}
