import { defineErrorCodes } from '@rollcall/engine'

/** What the dashboard itself refuses. What the operations behind it refuse stands in their registries. */
export const dashboardErrors = defineErrorCodes({
  LOGIN_REFUSED: {
    sentence: 'This name and key do not open the dashboard.',
    kind: 'terminal',
    httpStatus: 401,
    runbook: 'Check both with `rollcall keys list`: a key may be revoked or expired, and its name counts to the letter.',
  },
  LOGIN_LOCKED: {
    sentence: 'There were too many wrong tries.',
    kind: 'terminal',
    httpStatus: 429,
    runbook: 'Wait fifteen minutes. Look into the audit log (dashboard.lockout) if it was not you.',
  },
  ROLE_NOT_ADMITTED: {
    sentence: 'Keys of this role belong to programs and do not open the dashboard.',
    kind: 'terminal',
    httpStatus: 403,
    runbook: 'Make a key of the role reader, operator or admin with `rollcall keys create`.',
  },
  NOT_LOGGED_IN: {
    sentence: 'Nobody is logged in, or the session has ended.',
    kind: 'terminal',
    httpStatus: 401,
    runbook: 'Load the page again and log in.',
  },
  ROLE_REFUSED: {
    sentence: 'The role of this key may look, and change nothing.',
    kind: 'terminal',
    httpStatus: 403,
    runbook: 'Log in with a key of the role operator or admin.',
  },
  ADMIN_ONLY: {
    sentence: 'The runs of jobs are replayed and cancelled by those who administer the jobs.',
    kind: 'terminal',
    httpStatus: 403,
    runbook: 'Log in with a key of the role admin, or ask whoever has one.',
  },
  FOREIGN_REQUEST: {
    sentence: 'The request does not come from a page of this dashboard.',
    kind: 'terminal',
    httpStatus: 403,
    runbook: 'Open the dashboard under the address that DASHBOARD_PUBLIC_URL names, load the page again and repeat.',
  },
  WRONG_HOST: {
    sentence: 'Without DASHBOARD_PUBLIC_URL this dashboard serves this machine alone, as localhost.',
    kind: 'terminal',
    httpStatus: 421,
    runbook: 'Set DASHBOARD_PUBLIC_URL to the address that browsers use.',
  },
  INVALID_FORM: {
    sentence: 'The form holds something that is not allowed there.',
    kind: 'terminal',
    httpStatus: 422,
    runbook: 'Mend what the detail names and send it again.',
  },
  PAGE_NOT_FOUND: {
    sentence: 'There is nothing at this address.',
    kind: 'terminal',
    httpStatus: 404,
    runbook: 'Start again from the overview.',
  },
  UNKNOWN_PROCESS: {
    sentence: 'This release of the dashboard does not know the process of this run.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Bring the dashboard to the same release as the API.',
  },
  JOB_OUTDATED: {
    sentence: 'The run has moved on since this job failed.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Look at the run; replay it from there if it failed again.',
  },
  TOO_MANY_FAILED_JOBS: {
    sentence: 'There are more failed jobs in this queue than are replayed from here at once.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Replay them together with `rollcall replay`, which counts them first and spares the others.',
  },
  NOT_ALL_REPLAYED: {
    sentence: 'Not every run of this queue was replayed.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Read the reasons; what was refused needs a look of its own.',
  },
  ACTION_REFUSED: {
    sentence: 'Rollcall does not do this from Bull Board.',
    kind: 'terminal',
    httpStatus: 403,
    runbook: 'Do what the detail names instead.',
  },
  REDIS_UNAVAILABLE: {
    sentence: 'Redis cannot be reached. Runs are safe in the ledger; sessions and queues are not to be seen until it is back.',
    kind: 'transient',
    httpStatus: 503,
    runbook: 'Bring Redis back; then load the page again.',
  },
  TIMED_OUT: {
    sentence: 'The request took longer than it may.',
    kind: 'transient',
    httpStatus: 503,
    runbook: 'Look at the overview before repeating it: what was begun may go on.',
  },
  MALFORMED_REQUEST: {
    sentence: 'The request cannot be read.',
    kind: 'terminal',
    httpStatus: 400,
    runbook: 'Start again from the overview.',
  },
  INTERNAL_ERROR: {
    sentence: 'The request met a fault of ours. It is logged under its request id.',
    kind: 'transient',
    httpStatus: 500,
    runbook: "Look the request id up in the dashboard's log and take it to the developers.",
  },
})
