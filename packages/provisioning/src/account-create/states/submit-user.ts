import { type AnswerOf, type HandlerOf, notYet, TerminalError, type Work } from '@rollcall/engine'
import { provisioningErrors } from '../../errors.ts'
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
 * looks the reserved name up: ours is adopted, another's costs us the name, and nothing found proves nothing, so it comes back later. Where the
 * person had other names before, it looks for an account under those, too: one may have appeared after its name was given up, and nobody gets two.
 */
export function createSubmitUser({ directory, reservations, sealer }: SubmitUserPorts): HandlerOf<AccountCreate, State> {
  return async (work) => {
    const { input } = work
    const { kind, personId } = input
    const call = directoryCallOf(work)
    const username = usernameOf(work)
    const lookUp = () => directory.findAccount({ username, pollingUuid: null }, call)

    const reservation = await reservations.find({ personId, kind })
    // Another name, or none: this one was given up since.
    const current = reservation?.username === username ? reservation : null
    if (!work.isFirstTry || current === null || current.sealedPassword === null) {
      const found = await lookUp()
      const stoodBefore = current !== null && hasNeverHadPassword(current)
      if (found) return recognise({ found, work, username, givenUp: current === null, stoodBefore })
    }
    if (current === null || current.sealedPassword === null) return renew({ erasedAt: reservation?.erasedAt ?? null, work, username })
    for (const name of current.formerNames) {
      const found = await directory.findAccount({ username: name, pollingUuid: null }, call)
      if (found?.marker === personId)
        throw new TerminalError(provisioningErrors.FORMER_ACCOUNT_STANDS, `Its id in the directory is ${found.azureId}.`)
    }
    const answer = await directory.createAccount(
      {
        kind,
        personId,
        username,
        firstName: input.firstName,
        middleName: input.middleName ?? null,
        lastName: input.lastName,
        initialPassword: sealer.open({ sealed: current.sealedPassword, context: passwordContext(input) }),
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
        // Of our one and only order under this name the directory says that it came too late: it was not this one that made the account.
        const stoodBefore = answer.kind === 'conflict' && work.isFirstTry && work.result.RESERVE_USERNAME?.untried === true
        return found ? recognise({ found, work, username, givenUp: false, stoodBefore }) : notYet
      }
    }
  }
}

/** Its name was learnt from the directory, by which time the account stood: `takeBack` notes a password that was gone as soon as it was there. */
function hasNeverHadPassword({ sealedAt, erasedAt }: Reservation): boolean {
  return sealedAt === null || sealedAt === erasedAt
}

function recognise({
  found,
  work,
  username,
  givenUp,
  stoodBefore,
}: {
  readonly found: DirectoryAccount
  readonly work: Work<AccountCreate, State>
  readonly username: string
  readonly givenUp: boolean
  readonly stoodBefore: boolean
}): Answer {
  switch (whoseAccount({ found, personId: work.input.personId, waitedMs: work.now - work.stateSince })) {
    case 'unclear':
      return notYet
    case 'ours':
      return submitted({
        username,
        azureId: found.azureId,
        adopted: true,
        ...(givenUp && { givenUp }),
        ...(stoodBefore && { stoodBefore }),
      })
    case 'anothers':
      return { outcome: 'nameTaken', submitted: { username }, received: { azureId: null, adopted: false, takenUsername: username } }
  }
}

/**
 * The password was handed out or erased, or the name given up: without it no account can be made. One look that finds nothing proves nothing,
 * so the run waits, and only then asks for a new password.
 */
function renew({
  erasedAt,
  username,
  work,
}: {
  readonly erasedAt: number | null
  readonly username: string
  readonly work: Work<AccountCreate, State>
}): Answer {
  const goneSince = Math.max(work.stateSince, erasedAt ?? work.stateSince)
  if (work.now - goneSince < RENEW_AFTER_MS) return notYet
  return { outcome: 'passwordGone', submitted: { username }, received: { azureId: null, adopted: false, takenUsername: null, renew: true } }
}

function submitted({
  username,
  ...account
}: {
  readonly username: string
  readonly azureId: string | null
  readonly adopted: boolean
  readonly givenUp?: true
  readonly stoodBefore?: true
}): Answer & object {
  return { outcome: 'submitted', submitted: { username }, received: { ...account, takenUsername: null } }
}
