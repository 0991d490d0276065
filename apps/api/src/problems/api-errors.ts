import { defineErrorCodes } from '@rollcall/engine'
import { httpErrors } from '@rollcall/platform/http'

/** What this API itself refuses. The systems behind it have registries of their own. */
export const apiErrors = {
  ...httpErrors,
  ...defineErrorCodes({
    GROUP_NOT_FOUND: {
      sentence: 'There is no group with this uuid.',
      kind: 'terminal',
      httpStatus: 404,
      runbook: 'The caller checks the uuid.',
    },
    PERSON_NOT_FOUND: {
      sentence: 'Nothing is kept under this personId.',
      kind: 'terminal',
      httpStatus: 404,
      runbook: 'Check the id, leading zeros included. After an erasure this is the right answer.',
    },
    PERSON_HAS_LIVE_RUN: {
      sentence: 'A run of this person is under way; it must end before the person can be erased.',
      kind: 'terminal',
      httpStatus: 409,
      runbook: 'Wait until the run that the detail names has ended, or cancel it; then erase again.',
    },
    PERSON_HAS_ACCOUNT: {
      sentence: 'An account of this person stands; say so with accountsRemoved once it is gone from the directory.',
      kind: 'terminal',
      httpStatus: 409,
      runbook: 'Remove the account in the directory, then erase again with `accountsRemoved: true`.',
    },
    PERSON_HAS_UNFINISHED_ACCOUNT: {
      sentence:
        'An account was begun for this person and never finished: it may stand in the directory. Say so with accountsRemoved once it does not.',
      kind: 'terminal',
      httpStatus: 409,
      runbook:
        'Give its name up with `rollcall unfinished release`, which looks for the account, then erase again; or see for yourself that none stands, and erase with `accountsRemoved: true`.',
    },
    RESOURCE_NOT_FOUND: {
      sentence: 'There is no resource with this name.',
      kind: 'terminal',
      httpStatus: 404,
      runbook: 'Look at GET /resources for the names.',
    },
    RESOURCE_CLOSED_ALREADY: {
      sentence: 'The resource is closed already.',
      kind: 'terminal',
      httpStatus: 409,
      runbook: 'Nothing; read who closed it, and why, in GET /resources.',
    },
    UNKNOWN_PROCESS: {
      sentence: 'This API does not know the process of this run.',
      kind: 'terminal',
      httpStatus: 409,
      runbook: 'Deploy the release of the API that knows the process.',
    },
    IDEMPOTENCY_KEY_REUSED: {
      sentence: 'This Idempotency-Key was used for another request; use a new one.',
      kind: 'terminal',
      httpStatus: 409,
      runbook: 'The caller takes a new key for a new request.',
    },
    COHORT_CHANGED: {
      sentence: 'Another number of runs is meant by now; count again.',
      kind: 'terminal',
      httpStatus: 409,
      runbook: 'Make a dry run again, look at what has changed, and order with the new count.',
    },
    COHORT_TOO_LARGE: {
      sentence: 'More runs are meant than one order may replay.',
      kind: 'terminal',
      httpStatus: 422,
      runbook: 'Narrow the filter, by time or school, and give several orders.',
    },
    JOB_RUNNING: {
      sentence: 'A run of this job is going already; no other was begun.',
      kind: 'terminal',
      httpStatus: 409,
      runbook: 'Follow the run that `uuid` names; `rollcall sync show` tells what it waits for.',
    },
    JOB_NOT_RUNNING: {
      sentence: 'No run of this job is going; there is nothing to stop.',
      kind: 'terminal',
      httpStatus: 409,
      runbook: 'Nothing. To keep the clock from starting it, disable it.',
    },
    JOB_CANNOT_PAUSE: {
      sentence: 'Runs of this job end within seconds and cannot rest.',
      kind: 'terminal',
      httpStatus: 409,
      runbook: 'Wait for its end, or cancel it.',
    },
    SCHEDULE_VERSION_MISSING: {
      sentence: 'A change of a schedule says which version of it was seen.',
      kind: 'terminal',
      httpStatus: 428,
      runbook: 'Send If-Match with the ETag of GET /api/cron/:job/config.',
    },
    SCHEDULE_VERSION_PASSED: {
      sentence: 'The schedule has another version by now; look again.',
      kind: 'terminal',
      httpStatus: 412,
      runbook: 'Read the configuration again, then send the change with its ETag if it still makes sense.',
    },
    PUSH_NOT_SIGNED: {
      sentence: 'The delivery does not carry a signature of ours.',
      kind: 'terminal',
      httpStatus: 401,
      runbook: 'Give the registration service and the API the same REGISTRATION_PUSH_SECRET.',
    },
    PUSH_OUT_OF_TIME: {
      sentence: 'The delivery was signed more than five minutes ago, or in the future.',
      kind: 'terminal',
      httpStatus: 401,
      runbook: 'Set the clocks of both machines. The registration service signs each try anew.',
    },
    PUSH_REPEATED: {
      sentence: 'This delivery was taken before.',
      kind: 'terminal',
      httpStatus: 409,
      runbook: 'Nothing; the sender counts it as delivered.',
    },
    PUSH_NOT_SET_UP: {
      sentence: 'This API has no secret by which it knows what is pushed to it.',
      kind: 'transient',
      httpStatus: 503,
      runbook: 'Set REGISTRATION_PUSH_SECRET and restart the API; until then the sync alone brings changes.',
    },
    ACCOUNT_NOT_FOUND: {
      sentence: 'There is no organisation’s account with this userId.',
      kind: 'terminal',
      httpStatus: 404,
      runbook: 'The caller checks the userId.',
    },
    ACCOUNT_KNOWN: {
      sentence: 'An account with this userId stands already.',
      kind: 'terminal',
      httpStatus: 409,
      runbook: 'Nothing, if it is the same one; otherwise the caller takes another userId.',
    },
    ACCOUNT_HELD: {
      sentence: 'Another source keeps the account out, and the order does not name it.',
      kind: 'terminal',
      httpStatus: 409,
      runbook: 'The caller asks whoever holds the account, then sends the order with `lifts` if the hold is to end.',
    },
    ACCOUNT_VERSION_PASSED: {
      sentence: 'The account has another version by now; look again.',
      kind: 'terminal',
      httpStatus: 412,
      runbook: 'Read the account again, then send the order with its ETag if it still makes sense.',
    },
    REPLAY_NOT_FOUND: {
      sentence: 'There is no replay with this uuid.',
      kind: 'terminal',
      httpStatus: 404,
      runbook: 'The caller checks the uuid; a single run that was replayed is found at GET /azure-data-sync/:uuid.',
    },
  }),
}
