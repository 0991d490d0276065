import { type HandlerOf, notYet } from '@rollcall/engine'
import type { Directory } from '../../ports/directory.ts'
import { lookForAccount } from '../look-for-account.ts'
import type { ReleaseReservation } from '../process.ts'

/** The first look: it refuses at once where an account of ours stands. */
export function createCheckDirectory({ directory }: { readonly directory: Directory }): HandlerOf<ReleaseReservation, 'CHECK_DIRECTORY'> {
  return async (work) => {
    if ((await lookForAccount(directory, work)) === 'unclear') return notYet
    return { outcome: 'absent', received: { looks: 1 } }
  }
}
