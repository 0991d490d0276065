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
    REPLAY_NOT_FOUND: {
      sentence: 'There is no replay with this uuid.',
      kind: 'terminal',
      httpStatus: 404,
      runbook: 'The caller checks the uuid; a single run that was replayed is found at GET /azure-data-sync/:uuid.',
    },
  }),
}
