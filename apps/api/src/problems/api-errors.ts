import { defineErrorCodes } from '@rollcall/engine'

/** What this API itself refuses. The systems behind it have registries of their own. */
export const apiErrors = defineErrorCodes({
  MALFORMED_JSON: {
    sentence: 'The body is not the JSON that this API reads.',
    kind: 'terminal',
    httpStatus: 400,
    runbook: 'The caller mends the body; the detail names the place.',
  },
  INVALID_PARAMETERS: {
    sentence: 'The address or a header of the request holds something that is not allowed there.',
    kind: 'terminal',
    httpStatus: 400,
    runbook: 'The caller mends the address or header that `errors` names.',
  },
  INVALID_BODY: {
    sentence: 'The body holds something that is not allowed there.',
    kind: 'terminal',
    httpStatus: 422,
    runbook: 'The caller mends the fields that `errors` lists.',
  },
  MALFORMED_REQUEST: {
    sentence: 'The request cannot be read.',
    kind: 'terminal',
    httpStatus: 400,
    runbook: 'The caller mends the request; it is not HTTP that this server reads.',
  },
  BODY_TOO_LARGE: {
    sentence: 'The body is larger than this API accepts.',
    kind: 'terminal',
    httpStatus: 413,
    runbook: 'The caller sends smaller portions, or a file to /imports.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    sentence: 'This address does not read a body of this kind.',
    kind: 'terminal',
    httpStatus: 415,
    runbook: 'The caller sends application/json, or text/csv to /imports.',
  },
  UNAUTHENTICATED: {
    sentence: 'The request carries no API key that is valid now.',
    kind: 'terminal',
    httpStatus: 401,
    runbook: 'Check with `rollcall keys list` whether the key was revoked or has expired; issue a new one.',
  },
  FORBIDDEN: {
    sentence: 'This API key may not do that.',
    kind: 'terminal',
    httpStatus: 403,
    runbook: 'Use a key of the role that the detail names.',
  },
  TOO_MANY_REQUESTS: {
    sentence: 'More requests came than this API takes from one caller.',
    kind: 'transient',
    httpStatus: 429,
    runbook: 'The caller waits as long as Retry-After says. If it needs more, raise API_REQUESTS_PER_MINUTE.',
  },
  NOT_FOUND: {
    sentence: 'There is nothing at this address.',
    kind: 'terminal',
    httpStatus: 404,
    runbook: 'The caller checks the address.',
  },
  METHOD_NOT_ALLOWED: {
    sentence: 'This address does not serve this method.',
    kind: 'terminal',
    httpStatus: 405,
    runbook: 'The caller checks the method.',
  },
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
  TIMED_OUT: {
    sentence: 'The request took longer than it may.',
    kind: 'transient',
    httpStatus: 503,
    runbook: "Look at the database's load; the caller repeats the request under its Idempotency-Key.",
  },
  SHUTTING_DOWN: {
    sentence: 'This instance is shutting down; send the request again.',
    kind: 'transient',
    httpStatus: 503,
    runbook: 'Nothing; the caller repeats the request.',
  },
  INTERNAL_ERROR: {
    sentence: 'The request met a fault of ours. It is logged under its requestId.',
    kind: 'transient',
    httpStatus: 500,
    runbook: "Look for the requestId in the API's log and take the error to the developers.",
  },
})
