import { type CodedError, RetryAfterError, SystemicError, TerminalError, TransientError } from '@rollcall/engine'
import { provisioningErrors } from '@rollcall/provisioning'
import type { Meaning } from './classification.ts'
import type { Loss, Refusal } from './graph-answer.ts'
import { RETRY_AFTER_DEFAULT_MS } from './retry-after.ts'

type ErrorOf = (init: { readonly detail: string; readonly retryAfterMs: number | null }) => CodedError

const transient =
  (code: keyof typeof provisioningErrors): ErrorOf =>
  ({ detail }) =>
    new TransientError(provisioningErrors[code], detail)
const terminal =
  (code: keyof typeof provisioningErrors): ErrorOf =>
  ({ detail }) =>
    new TerminalError(provisioningErrors[code], detail)
const systemic =
  (code: keyof typeof provisioningErrors): ErrorOf =>
  ({ detail }) =>
    new SystemicError(provisioningErrors[code], detail)
const wait: ErrorOf = ({ detail, retryAfterMs }) =>
  new RetryAfterError(provisioningErrors.DIRECTORY_THROTTLED, retryAfterMs ?? RETRY_AFTER_DEFAULT_MS, detail)

/** The engine's word for each meaning, where the call at hand has no answer of its own for it. */
const WORDS: Record<Meaning, ErrorOf> = {
  throttled: wait,
  // Nothing was done: no run pays for it with a try.
  notTried: wait,
  // A server error that names a time is a closed door for everybody, not this run's fault.
  unavailable: (init) => (init.retryAfterMs === null ? transient('DIRECTORY_UNAVAILABLE')(init) : wait(init)),
  unauthenticated: systemic('DIRECTORY_UNAUTHENTICATED'),
  forbidden: systemic('DIRECTORY_FORBIDDEN'),
  tenantQuota: systemic('DIRECTORY_TENANT_QUOTA'),
  objectQuota: terminal('DIRECTORY_OBJECT_QUOTA'),
  busy: transient('DIRECTORY_BUSY'),
  ambiguous: terminal('DIRECTORY_AMBIGUOUS'),
  refusedData: terminal('DIRECTORY_REFUSED_DATA'),
  missing: transient('DIRECTORY_UNEXPECTED'),
  conflict: transient('DIRECTORY_UNEXPECTED'),
  alreadyThere: transient('DIRECTORY_UNEXPECTED'),
  licenceRefused: transient('DIRECTORY_UNEXPECTED'),
  unexpected: transient('DIRECTORY_UNEXPECTED'),
}

/** The error that a call throws for an answer it has no use for. Names status, code and route; never what Graph wrote in words. */
export function directoryError(answer: Refusal | Loss): CodedError {
  if (answer.kind === 'lost') {
    const detail = `${answer.reason} (${answer.where}).`
    return answer.mayHaveArrived ? new TransientError(provisioningErrors.DIRECTORY_UNAVAILABLE, detail) : outOfReach(detail)
  }
  return WORDS[answer.meaning]({ detail: describeRefusal(answer), retryAfterMs: answer.retryAfterMs })
}

/** Nobody gets through: everybody waits a little, and no run pays for it with a try, or an outage of minutes would fail all of them. */
export function outOfReach(detail: string): CodedError {
  return new RetryAfterError(provisioningErrors.DIRECTORY_UNAVAILABLE, RETRY_AFTER_DEFAULT_MS, detail)
}

export function describeRefusal({ status, code, retryAfterMs, where }: Refusal): string {
  const waiting = retryAfterMs === null ? '' : ` and asked us to wait ${Math.round(retryAfterMs / 1_000)} s`
  return `Graph answered ${status} ${code}${waiting} (${where}).`
}

/** A 2xx whose body is not what the documentation promises: a proxy's page, or a contract that changed. */
export function unreadableAnswer({ status, where }: { readonly status: number; readonly where: string }): CodedError {
  return new TransientError(provisioningErrors.DIRECTORY_UNEXPECTED, `Graph answered ${status} with a body that we cannot read (${where}).`)
}
