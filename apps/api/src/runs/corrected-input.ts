import { assertCorrectable, type JsonObject, type ProcessDefinition } from '@rollcall/engine'
import { invalidFields, refusal } from '@rollcall/platform/http'
import { apiErrors } from '../problems/api-errors.ts'

/**
 * A run's input with some fields replaced whole, null taking one away, as the process's own schema takes it.
 * @throws ProblemError INVALID_BODY; TerminalError INPUT_NOT_CORRECTABLE, whatever the changes are
 */
export function correctedInput({
  process,
  stored,
  changes,
}: {
  readonly process: ProcessDefinition
  readonly stored: JsonObject
  readonly changes: Readonly<Record<string, unknown>>
}): JsonObject {
  assertCorrectable(process)
  const merged = Object.fromEntries(Object.entries({ ...stored, ...changes }).filter(([, value]) => value !== null))
  const parsed = process.input.safeParse(merged)
  if (parsed.success) return parsed.data
  const errors = invalidFields({ issues: parsed.error.issues, root: merged, source: 'body', within: ['input'] })
  throw refusal(apiErrors.INVALID_BODY, { errors })
}
