import { CodedError, type ErrorKind, engineErrors, RetryAfterError, SystemicError, TerminalError, TransientError } from './errors.ts'
import type { WorkError } from './work-result.ts'

/**
 * What a thrown value means for the run. The class of an error word says what becomes of the run, whatever kind its code has elsewhere. An
 * error without a code of its own keeps only its class and the place it came from: its message may quote the data that it stumbled over.
 */
export function classifyError(thrown: unknown): WorkError {
  if (thrown instanceof CodedError) {
    const errorCode = { ...thrown.errorCode, kind: kindOf(thrown) }
    return { errorCode, message: thrown.message, ...(thrown instanceof RetryAfterError && { afterMs: thrown.afterMs }) }
  }
  const { UNEXPECTED_ERROR } = engineErrors
  return { errorCode: UNEXPECTED_ERROR, message: `${UNEXPECTED_ERROR.sentence} (${describe(thrown)})` }
}

function kindOf(error: CodedError): ErrorKind {
  if (error instanceof TerminalError) return 'terminal'
  if (error instanceof RetryAfterError) return 'throttled'
  if (error instanceof SystemicError) return 'systemic'
  return error instanceof TransientError ? 'transient' : error.errorCode.kind
}

/** Words of a program, which quote nobody: the class and the code of an error. */
const PLAIN_WORD = /^[\w.-]{1,60}$/

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown
  const name = PLAIN_WORD.test(thrown.name) ? thrown.name : 'Error'
  const code = 'code' in thrown && typeof thrown.code === 'string' && PLAIN_WORD.test(thrown.code) ? ` ${thrown.code}` : ''
  const place = placeOf(thrown)
  return `${name}${code}${place ? ` at ${place}` : ''}`
}

/** File and line of the innermost frame. The message stands in the stack too, and a line of it may look like a frame. */
function placeOf({ message, stack = '' }: Error): string | undefined {
  const trace = stack.slice(stack.indexOf(message) + message.length)
  const frame = trace.split('\n').find((line) => line.trimStart().startsWith('at '))
  return frame && /([\w.-]+:\d+):\d+\)?$/.exec(frame)?.[1]
}
