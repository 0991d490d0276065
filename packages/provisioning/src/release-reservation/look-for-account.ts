import { TerminalError, type Work } from '@rollcall/engine'
import { provisioningErrors } from '../errors.ts'
import type { Directory } from '../ports/directory.ts'
import { directoryCallOf } from '../rules/directory-call-of.ts'
import { whoseAccount } from '../rules/whose-account.ts'
import type { ReleaseReservation } from './process.ts'

type LookingState = 'CHECK_DIRECTORY' | 'WATCH_DIRECTORY'

/**
 * One look under the reserved name.
 * @returns whether nothing of ours is there, or whether that cannot be said yet
 * @throws TerminalError ACCOUNT_STANDS
 */
export async function lookForAccount(directory: Directory, work: Work<ReleaseReservation, LookingState>): Promise<'absent' | 'unclear'> {
  const { personId, username } = work.input
  const found = await directory.findAccount({ username, pollingUuid: null }, directoryCallOf(work))
  if (!found) return 'absent'
  switch (whoseAccount({ found, personId, waitedMs: work.now - work.stateSince })) {
    case 'ours':
      throw new TerminalError(provisioningErrors.ACCOUNT_STANDS, `Its id in the directory is ${found.azureId}.`)
    case 'unclear':
      return 'unclear'
    case 'anothers':
      return 'absent'
  }
}
