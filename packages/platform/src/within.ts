import { CodedError } from '@rollcall/engine'
import { platformErrors } from './errors.ts'

/**
 * Waits for an answer, but not for ever. What was asked goes on by itself; a late failure of it is nobody's business any more.
 * @throws CodedError TIMED_OUT
 */
export async function within<T>(ms: number, what: string, answer: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new CodedError(platformErrors.TIMED_OUT, `${what}: no answer within ${ms} ms.`)), ms)
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
