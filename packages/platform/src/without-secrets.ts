// Takes secrets out of what is logged, by their names. One walk over the fields: a pattern per name and depth cost the API an eighth of its time.
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
  'DATABASE_URL',
  'REDIS_URL',
])
/** So many objects deep a secret may hide; what is logged is flat. */
const DEPTH = 4

/** The same fields, copied only where a secret stood. Errors are left to whoever writes them: of those, only known fields are kept. */
export function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  return clean(fields, DEPTH)
}

function clean<Value extends object>(value: Value, depth: number): Value {
  let copy: Value | null = null
  for (const [key, inner] of Object.entries(value)) {
    const kept = keptOf(key, inner, depth)
    if (kept === inner) continue
    copy ??= copyOf(value)
    Object.assign(copy, { [key]: kept })
  }
  return copy ?? value
}

function keptOf(key: string, inner: unknown, depth: number): unknown {
  if (SECRET_KEYS.has(key) && inner !== undefined) return CENSOR
  if (typeof inner !== 'object' || inner === null || inner instanceof Error || depth === 1) return inner
  return clean(inner, depth - 1)
}

/** An array of the same items, or a plain object of the same fields: what JSON makes of either is the same. */
function copyOf<Value extends object>(value: Value): Value {
  return (Array.isArray(value) ? [...value] : { ...value }) as Value
}
