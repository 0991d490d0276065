import type { GraphError } from './graph-error.ts'
import type { Properties } from './records.ts'

/** The ids by which a request is traced, in every answer's headers and in every error's innerError. */
export interface Trace {
  readonly requestId: string
  readonly clientRequestId: string
  readonly at: number
}

/** Graph's error body, fields in the order of real traffic; its `date` has no zone. */
export function showError({ error, trace }: { error: GraphError; trace: Trace }): Properties {
  const ids = { 'request-id': trace.requestId, 'client-request-id': trace.clientRequestId }
  const date = new Date(trace.at).toISOString().slice(0, 19)
  const innerError = error.status === 429 ? { code: '429', date, message: 'Please retry after', ...ids, status: '429' } : { date, ...ids }
  const details = error.details.length === 0 ? {} : { details: error.details }
  return { error: { code: error.code, message: error.message, ...details, innerError } }
}
