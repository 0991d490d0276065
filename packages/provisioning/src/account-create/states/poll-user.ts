import { type HandlerOf, notYet } from '@rollcall/engine'
import type { Directory } from '../../ports/directory.ts'
import { directoryCallOf } from '../../rules/directory-call-of.ts'
import { isoOrNull } from '../../rules/iso-or-null.ts'
import { usernameOf } from '../earlier-results.ts'
import type { AccountCreate } from '../process.ts'

/** Waits until the directory shows the account. One replica that does is enough: later states take a 404 as "not yet", too. */
export function createPollUser({ directory }: { readonly directory: Directory }): HandlerOf<AccountCreate, 'POLL_USER_CREATE'> {
  return async (work) => {
    const account = { username: usernameOf(work), pollingUuid: work.pollingUuid }
    const found = await directory.findAccount(account, directoryCallOf(work))
    if (found?.marker !== work.input.personId) return notYet
    return { outcome: 'visible', received: { azureId: found.azureId, createdAt: isoOrNull(found.createdAt) } }
  }
}
