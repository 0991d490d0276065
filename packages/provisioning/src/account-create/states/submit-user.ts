import { type AnswerOf, type HandlerOf, notYet, TerminalError, type Work } from '@rollcall/engine'
import { provisioningErrors } from '../../errors.ts'
import type { UsernameReservations } from '../../ports/account-store.ts'
import type { Directory, DirectoryAccount } from '../../ports/directory.ts'
import type { Sealer } from '../../ports/sealer.ts'
import { passwordContext } from '../../rules/initial-password.ts'
import { usernameOf } from '../earlier-results.ts'
import type { AccountCreate } from '../process.ts'

type State = 'AWAITING_USER_CREATE'
type Answer = AnswerOf<AccountCreate, State>

/** Far longer than replicas usually take. */
const MARKER_LAG_MS = 120_000

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
    const { input, signal, uuid } = work
    const { kind, personId } = input
    const call = { signal, runUuid: uuid }
    const username = usernameOf(work)
    const lookUp = () => directory.findAccount({ username, pollingUuid: null }, call)

    if (!work.isFirstTry) {
      const found = await lookUp()
      if (found) return recognise(found, work, username)
    }
    const reservation = await reservations.find({ personId, kind })
    if (!reservation?.sealedPassword) return recogniseOrFail(await lookUp(), work, username)
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
  // The marker may come to a replica later than the account: without one it is nobody's for a while, and only then somebody else's.
  if (found.marker === null && work.now - work.stateSince < MARKER_LAG_MS) return notYet
  if (found.marker === work.input.personId) return submitted({ username, azureId: found.azureId, adopted: true })
  return {
    outcome: 'nameTaken',
    submitted: { username },
    received: { azureId: null, adopted: false, takenUsername: username },
  }
}

/** The password was handed out or erased: the account can be recognised, but not made again. */
function recogniseOrFail(found: DirectoryAccount | null, work: Work<AccountCreate, State>, username: string): Answer {
  if (found) return recognise(found, work, username)
  throw new TerminalError(provisioningErrors.CREDENTIAL_GONE)
}

function submitted({ username, azureId, adopted }: { username: string; azureId: string | null; adopted: boolean }): Answer & object {
  return { outcome: 'submitted', submitted: { username }, received: { azureId, adopted, takenUsername: null } }
}
