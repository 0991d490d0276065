import type { WorkError } from './decide.ts'
import { CodedError, engineErrors, RetryAfterError } from './errors.ts'

/**
 * What a thrown value means for the run. An error without a code of its own keeps only its class and the place it came from: its message
 * may quote the data that it stumbled over.
 */
export function classifyError(thrown: unknown): WorkError {
  if (thrown instanceof RetryAfterError) return { errorCode: thrown.errorCode, message: thrown.message, afterMs: thrown.afterMs }
  if (thrown instanceof CodedError) return { errorCode: thrown.errorCode, message: thrown.message }
  const { UNEXPECTED_ERROR } = engineErrors
  return { errorCode: UNEXPECTED_ERROR, message: `${UNEXPECTED_ERROR.sentence} (${describe(thrown)})` }
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown
  const frame = thrown.stack?.split('\n').find((line) => line.trimStart().startsWith('at '))
  const place = frame && /([\w.-]+:\d+):\d+\)?$/.exec(frame)?.[1]
  const code = 'code' in thrown && typeof thrown.code === 'string' ? ` ${thrown.code}` : ''
  return `${thrown.name}${code}${place ? ` at ${place}` : ''}`
}
