// Nothing secret may reach a history row. Handlers should not hand over secrets at all; this is the second lock on the same door.
import type { Json, JsonObject } from './json.ts'

const SECRET_NAME =
  /password|passwd|passphrase|pwd|secret|token|authorization|bearer|cookie|api.?key|credential|private.?key|connection.?string|assertion/i
const REDACTED = '[redacted]'

/** A copy in which the value of every key that sounds secret is replaced, however deep it stands. */
export function redact(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, SECRET_NAME.test(key) ? REDACTED : redactInside(inner)]))
}

function redactInside(value: Json | undefined): Json | undefined {
  if (isList(value)) return value.map((item) => redactInside(item) ?? null)
  if (typeof value === 'object' && value !== null) return redact(value)
  return value
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}
