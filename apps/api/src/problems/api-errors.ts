import { defineErrorCodes } from '@rollcall/engine'

/** What this API itself refuses. The systems behind it have registries of their own. */
export const apiErrors = defineErrorCodes({
  MALFORMED_JSON: { sentence: 'The body is not the JSON that this API reads.', kind: 'terminal', httpStatus: 400 },
  INVALID_PARAMETERS: {
    sentence: 'The address or a header of the request holds something that is not allowed there.',
    kind: 'terminal',
    httpStatus: 400,
  },
  INVALID_BODY: { sentence: 'The body holds something that is not allowed there.', kind: 'terminal', httpStatus: 422 },
  MALFORMED_REQUEST: { sentence: 'The request cannot be read.', kind: 'terminal', httpStatus: 400 },
  BODY_TOO_LARGE: { sentence: 'The body is larger than this API accepts.', kind: 'terminal', httpStatus: 413 },
  UNSUPPORTED_MEDIA_TYPE: { sentence: 'This API reads application/json in UTF-8 only.', kind: 'terminal', httpStatus: 415 },
  UNAUTHENTICATED: { sentence: 'The request carries no API key that is valid now.', kind: 'terminal', httpStatus: 401 },
  FORBIDDEN: { sentence: 'This API key may not do that.', kind: 'terminal', httpStatus: 403 },
  NOT_FOUND: { sentence: 'There is nothing at this address.', kind: 'terminal', httpStatus: 404 },
  METHOD_NOT_ALLOWED: { sentence: 'This address does not serve this method.', kind: 'terminal', httpStatus: 405 },
  GROUP_NOT_FOUND: { sentence: 'There is no group with this uuid.', kind: 'terminal', httpStatus: 404 },
  RESOURCE_NOT_FOUND: { sentence: 'There is no resource with this name.', kind: 'terminal', httpStatus: 404 },
  RESOURCE_CLOSED_ALREADY: { sentence: 'The resource is closed already.', kind: 'terminal', httpStatus: 409 },
  UNKNOWN_PROCESS: { sentence: 'This API does not know the process of this run.', kind: 'terminal', httpStatus: 409 },
  IDEMPOTENCY_KEY_REUSED: {
    sentence: 'This Idempotency-Key was used for another request; use a new one.',
    kind: 'terminal',
    httpStatus: 409,
  },
  QUEUE_UNAVAILABLE: { sentence: 'Redis cannot be reached.', kind: 'transient', httpStatus: 503 },
  TIMED_OUT: { sentence: 'The request took longer than it may.', kind: 'transient', httpStatus: 503 },
  SHUTTING_DOWN: { sentence: 'This instance is shutting down; send the request again.', kind: 'transient', httpStatus: 503 },
  INTERNAL_ERROR: { sentence: 'The request met a fault of ours. It is logged under its requestId.', kind: 'transient', httpStatus: 500 },
})
