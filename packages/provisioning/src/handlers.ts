// What the worker apps load. The API and the dashboard load `index.ts` instead, which knows no handler.
import { defineHandlers, type StateHandlers } from '@rollcall/engine'
import { accountCreate } from './account-create/process.ts'
import { createEnrollUser } from './account-create/states/enroll-user.ts'
import { createPersistUser, type PersistUserPorts } from './account-create/states/persist-user.ts'
import { createPollUser } from './account-create/states/poll-user.ts'
import { createReserveUsername, type ReserveUsernamePorts } from './account-create/states/reserve-username.ts'
import { createSubmitUser, type SubmitUserPorts } from './account-create/states/submit-user.ts'
import { accountImport } from './account-import/process.ts'
import { createStartAccounts, type StartAccountsPorts } from './account-import/states/start-accounts.ts'
import type { Directory } from './ports/directory.ts'
import { reEnroll } from './re-enroll/process.ts'
import { createPersistEnrollment } from './re-enroll/states/persist-enrollment.ts'
import { createReEnrollUser } from './re-enroll/states/re-enroll-user.ts'
import { releaseReservation } from './release-reservation/process.ts'
import { createCheckDirectory } from './release-reservation/states/check-directory.ts'
import { createRelease } from './release-reservation/states/release.ts'
import { createWatchDirectory } from './release-reservation/states/watch-directory.ts'

export { createUsernameDigits } from './rules/username-digits.ts'

export function createCreateHandlers(ports: SubmitUserPorts): StateHandlers[] {
  return [
    defineHandlers(accountCreate, 'create', {
      AWAITING_USER_CREATE: createSubmitUser(ports),
      AWAITING_ENROLLMENT: createEnrollUser(ports),
    }),
    defineHandlers(reEnroll, 'create', { AWAITING_RE_ENROLLMENT: createReEnrollUser(ports) }),
  ]
}

export function createPollHandlers(ports: { readonly directory: Directory }): StateHandlers[] {
  return [
    defineHandlers(accountCreate, 'poll', { POLL_USER_CREATE: createPollUser(ports) }),
    defineHandlers(releaseReservation, 'poll', {
      CHECK_DIRECTORY: createCheckDirectory(ports),
      WATCH_DIRECTORY: createWatchDirectory(ports),
    }),
  ]
}

export function createPersistHandlers(ports: ReserveUsernamePorts & PersistUserPorts): StateHandlers[] {
  return [
    defineHandlers(accountCreate, 'persist', {
      RESERVE_USERNAME: createReserveUsername(ports),
      USER_NEISPUO_PERSIST: createPersistUser(ports),
    }),
    defineHandlers(reEnroll, 'persist', { ENROLLMENT_PERSIST: createPersistEnrollment(ports) }),
    defineHandlers(releaseReservation, 'persist', { RELEASE_RESERVATION: createRelease(ports) }),
  ]
}

/** Of the worker that persists, too. */
export function createImportHandlers(ports: StartAccountsPorts): StateHandlers[] {
  return [defineHandlers(accountImport, 'persist', { START_ACCOUNTS: createStartAccounts(ports) })]
}
