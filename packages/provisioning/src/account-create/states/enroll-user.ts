import { type HandlerOf, notYet } from '@rollcall/engine'
import type { Directory } from '../../ports/directory.ts'
import { directoryCallOf } from '../../rules/directory-call-of.ts'
import { placeAccount } from '../../rules/place-account.ts'
import { azureIdOf } from '../earlier-results.ts'
import type { AccountCreate } from '../process.ts'

/** Enrols the account in its school and classes; what it is a member of already counts as done. */
export function createEnrollUser({ directory }: { readonly directory: Directory }): HandlerOf<AccountCreate, 'AWAITING_ENROLLMENT'> {
  return async (work) => {
    const { schoolId, classIds, kind } = work.input
    const account = { azureId: azureIdOf(work), kind, schoolId, classIds, mayBeThere: !work.isFirstTry }
    const answer = await placeAccount(directory, account, directoryCallOf(work))
    if (answer === 'notVisible') return notYet
    return { outcome: 'enrolled', submitted: { schoolId, classIds }, received: { schoolId, classIds } }
  }
}
