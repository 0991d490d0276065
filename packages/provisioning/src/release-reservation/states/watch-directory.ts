import { type HandlerOf, notYet } from '@rollcall/engine'
import type { Directory } from '../../ports/directory.ts'
import { lookForAccount } from '../look-for-account.ts'
import { LOOKS, type ReleaseReservation } from '../process.ts'

/** One replica that knows of nothing proves nothing, so that several looks on end must agree, minutes apart. */
export function createWatchDirectory({ directory }: { readonly directory: Directory }): HandlerOf<ReleaseReservation, 'WATCH_DIRECTORY'> {
  return async (work) => {
    if ((await lookForAccount(directory, work)) === 'unclear') return notYet
    const looks = (work.result.WATCH_DIRECTORY?.looks ?? 1) + 1
    return { outcome: looks < LOOKS ? 'more' : 'absent', received: { looks } }
  }
}
