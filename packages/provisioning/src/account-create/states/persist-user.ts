import type { HandlerOf, Work } from '@rollcall/engine'
import type { AccountStore } from '../../ports/account-store.ts'
import { reEnroll } from '../../re-enroll/process.ts'
import { existedBefore } from '../../rules/existed-before.ts'
import { azureIdOf, usernameOf } from '../earlier-results.ts'
import type { AccountCreate } from '../process.ts'

export interface PersistUserPorts {
  readonly accounts: AccountStore
  /** Of new users. */
  readonly newId: () => string
}

/**
 * Writes person, user and roles in the transaction that completes the run. An account whose enrolment was given up is persisted all the
 * same, since its owner can use it; it is marked, and a run of its own goes on trying to enrol it.
 */
export function createPersistUser({ accounts, newId }: PersistUserPorts): HandlerOf<AccountCreate, 'USER_NEISPUO_PERSIST'> {
  return async (work) => {
    const { input, now, uuid } = work
    const { kind, personId, firstName, middleName, lastName, birthDate, schoolId, classIds } = input
    const azureId = azureIdOf(work)
    const enrolled = isEnrolled(work)
    // Nobody but an earlier run of this person can have made the user, and hardly ever has: it is asked for only once that turned out.
    const [standing] = work.isFirstTry ? [] : await accounts.findLive([personId])
    const account = {
      sysUserId: standing?.sysUserId ?? newId(),
      personId,
      kind,
      firstName,
      middleName: middleName ?? null,
      lastName,
      birthDate,
      username: usernameOf(work),
      azureId,
      schoolId,
      enrollmentStatus: enrolled ? ('ENROLLED' as const) : ('PENDING' as const),
      existedBefore: hasPasswordOfItsOwn(work),
      runUuid: uuid,
      at: now,
    }
    return {
      outcome: enrolled ? 'persisted' : 'persistedUnenrolled',
      received: { sysUserId: account.sysUserId, existedBefore: account.existedBefore },
      write: (tx) => accounts.persist(tx, account),
      start: enrolled ? [] : [{ process: reEnroll, input: { personId, kind, azureId, schoolId, classIds } }],
    }
  }
}

function hasPasswordOfItsOwn({ result }: Work<AccountCreate, 'USER_NEISPUO_PERSIST'>): boolean {
  const { adopted = false, givenUp = false, stoodBefore = false } = result.AWAITING_USER_CREATE ?? {}
  if (givenUp || stoodBefore) return true
  return existedBefore({
    adopted,
    createdAt: result.POLL_USER_CREATE?.createdAt ?? null,
    sealedAt: result.RESERVE_USERNAME?.sealedAt ?? null,
  })
}

/** A replay may have corrected school or classes since: enrolled elsewhere is not enrolled. */
function isEnrolled({ input, result }: Work<AccountCreate, 'USER_NEISPUO_PERSIST'>): boolean {
  const done = result.AWAITING_ENROLLMENT
  return done?.schoolId === input.schoolId && input.classIds.every((classId) => done.classIds.includes(classId))
}
