import { type HandlerOf, liveKeyOf } from '@rollcall/engine'
import { accountCreate } from '../../account-create/process.ts'
import type { UsernameReservations } from '../../ports/account-store.ts'
import type { ReleaseReservation } from '../process.ts'

/** Burns the name and erases its password, unless somebody has worked on the account since the release was ordered. */
export function createRelease({
  reservations,
}: {
  readonly reservations: Pick<UsernameReservations, 'release'>
}): HandlerOf<ReleaseReservation, 'RELEASE_RESERVATION'> {
  return async ({ input: { personId, kind, username, versionsSeen }, now }) => {
    const release = {
      personId,
      kind,
      username,
      versionsSeen,
      process: accountCreate.name,
      blockingKey: liveKeyOf(accountCreate, { subjectId: personId }),
      at: now,
    }
    return { outcome: 'released', submitted: { username }, write: (tx) => reservations.release(tx, release) }
  }
}
