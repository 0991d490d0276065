import { defineErrorCodes } from '@rollcall/engine'

/** What every server of ours refuses in the same way. What is its own, each has in a registry of its own. */
export const httpErrors = defineErrorCodes({
  MALFORMED_JSON: {
    sentence: 'The body is not the JSON that this server reads.',
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
    sentence: 'The body is larger than this server accepts.',
    kind: 'terminal',
    httpStatus: 413,
    runbook: 'The caller sends smaller portions; rosters can be a file to /imports.',
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
    sentence: 'More requests came than this server takes from one caller.',
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
