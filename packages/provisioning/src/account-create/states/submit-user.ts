import { type AnswerOf, type HandlerOf, notYet, type Work } from '@rollcall/engine'
import type { Reservation, UsernameReservations } from '../../ports/account-store.ts'
import type { Directory, DirectoryAccount } from '../../ports/directory.ts'
import type { Sealer } from '../../ports/sealer.ts'
import { directoryCallOf } from '../../rules/directory-call-of.ts'
import { passwordContext } from '../../rules/initial-password.ts'
import { whoseAccount } from '../../rules/whose-account.ts'
import { usernameOf } from '../earlier-results.ts'
import type { AccountCreate } from '../process.ts'

type State = 'AWAITING_USER_CREATE'
type Answer = AnswerOf<AccountCreate, State>

/**
 * How long the directory must have shown nothing under a name whose password is gone, before a new one is sealed. It is longer than a create
 * with the old password can be under way and than the clocks are allowed to differ in `existedBefore`, so that an account with the old
 * password is always told from one with the new.
 */
const RENEW_AFTER_MS = 600_000

export interface SubmitUserPorts {
  readonly directory: Directory
  readonly reservations: Pick<UsernameReservations, 'find'>
  readonly sealer: Pick<Sealer, 'open'>
}

/**
 * Creates the account with one write. On any doubt (this may be a second try, the directory speaks of a conflict, or does not answer) it
 * looks the reserved name up: ours is adopted, another's costs us the name, and nothing found proves nothing, so it comes back later.
 */
export function createSubmitUser({ directory, reservations, sealer }: SubmitUserPorts): HandlerOf<AccountCreate, State> {
  return async (work) => {
    const { input } = work
    const { kind, personId } = input
    const call = directoryCallOf(work)
    const username = usernameOf(work)
    const lookUp = () => directory.findAccount({ username, pollingUuid: null }, call)

    if (!work.isFirstTry) {
      const found = await lookUp()
      if (found) return recognise(found, work, username)
    }
    const reservation = await reservations.find({ personId, kind })
    // Another name, or none: this one was given up since.
    if (reservation?.username !== username || reservation.sealedPassword === null) {
      const found = work.isFirstTry ? await lookUp() : null
      return found ? recognise(found, work, username) : renew({ reservation, work, username })
    }
    const answer = await directory.createAccount(
      {
        kind,
        personId,
        username,
        firstName: input.firstName,
        middleName: input.middleName ?? null,
        lastName: input.lastName,
        initialPassword: sealer.open({ sealed: reservation.sealedPassword, context: passwordContext(input) }),
        grade: input.grade ?? null,
      },
      call,
    )
    switch (answer.kind) {
      case 'created':
        return submitted({ username, azureId: answer.azureId, adopted: false })
      case 'ordered':
        return { ...submitted({ username, azureId: null, adopted: false }), pollingUuid: answer.pollingUuid }
      case 'conflict':
      case 'unknown': {
        const found = await lookUp()
        return found ? recognise(found, work, username) : notYet
      }
    }
  }
}

function recognise(found: DirectoryAccount, work: Work<AccountCreate, State>, username: string): Answer {
  switch (whoseAccount({ found, personId: work.input.personId, waitedMs: work.now - work.stateSince })) {
    case 'unclear':
      return notYet
    case 'ours':
      return submitted({ username, azureId: found.azureId, adopted: true })
    case 'anothers':
      return { outcome: 'nameTaken', submitted: { username }, received: { azureId: null, adopted: false, takenUsername: username } }
  }
}

/**
 * The password was handed out or erased, or the name given up: without it no account can be made. One look that finds nothing proves nothing,
 * so the run waits, and only then asks for a new password.
 */
function renew({
  reservation,
  username,
  work,
}: {
  readonly reservation: Reservation | null
  readonly username: string
  readonly work: Work<AccountCreate, State>
}): Answer {
  const goneSince = Math.max(work.stateSince, reservation?.erasedAt ?? work.stateSince)
  if (work.now - goneSince < RENEW_AFTER_MS) return notYet
  return { outcome: 'passwordGone', submitted: { username }, received: { azureId: null, adopted: false, takenUsername: null, renew: true } }
}

function submitted({ username, azureId, adopted }: { username: string; azureId: string | null; adopted: boolean }): Answer & object {
  return { outcome: 'submitted', submitted: { username }, received: { azureId, adopted, takenUsername: null } }
}
