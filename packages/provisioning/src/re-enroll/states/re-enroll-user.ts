import { type HandlerOf, notYet, TerminalError, TransientError } from '@rollcall/engine'
import type { Directory } from '../../ports/directory.ts'
import { directoryCallOf } from '../../rules/directory-call-of.ts'
import { placeAccount } from '../../rules/place-account.ts'
import type { ReEnroll } from '../process.ts'

/**
 * What is missing today (a class that nobody made yet) may be there on the next rung of the ladder, so nothing is given up before its end. The
 * enrolment that was given up may have reached some of the places, so every rung looks before it writes.
 */
export function createReEnrollUser({ directory }: { readonly directory: Directory }): HandlerOf<ReEnroll, 'AWAITING_RE_ENROLLMENT'> {
  return async (work) => {
    try {
      const answer = await placeAccount(directory, { ...work.input, mayBeThere: true }, directoryCallOf(work))
      return answer === 'placed' ? { outcome: 'enrolled' } : notYet
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error
      throw new TransientError({ ...error.errorCode, kind: 'transient' }, undefined, { cause: error })
    }
  }
}
