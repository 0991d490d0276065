import { type CodedError, SystemicError, TransientError } from '@rollcall/engine'
import { provisioningErrors } from '@rollcall/provisioning'
import { chainOf, findNetworkFailure } from './network-failure.ts'

/** Entra's codes for trouble of its own, which passes: server busy, its own time-outs, throttling. */
const PASSING = new Set(['90002500', '90006', '90012', '90024', '90033', '90055', '50196'])

export type CredentialFault = 'unreachable' | 'busy' | 'refused' | 'noIdentity'

export interface CredentialFailure {
  readonly fault: CredentialFault
  /** An AADSTS number, a network code, or the error's name: never a message, which may quote the request. */
  readonly code: string
}

/** Says why there is no token. Pure. */
export function readCredentialFailure(error: unknown): CredentialFailure {
  const aadsts = chainOf(error)
    .map(({ message }) => /AADSTS(\d{4,})/.exec(message)?.[1])
    .find((code) => code !== undefined)
  if (aadsts !== undefined) return { fault: PASSING.has(aadsts) ? 'busy' : 'refused', code: `AADSTS${aadsts}` }
  const network = findNetworkFailure(error)
  const late = chainOf(error).find(({ name }) => name === 'TimeoutError' || name === 'AbortError')
  if (late) return { fault: 'unreachable', code: late.name }
  if (network) return { fault: 'unreachable', code: network.code }
  const status = chainOf(error)
    .map((link) => ('statusCode' in link ? link.statusCode : 'status' in link ? link.status : undefined))
    .find((value) => typeof value === 'number')
  if (typeof status === 'number' && (status === 429 || status >= 500)) return { fault: 'busy', code: `HTTP ${status}` }
  const [outer] = chainOf(error)
  if (outer?.name === 'CredentialUnavailableError' || outer?.name === 'AggregateAuthenticationError') {
    return { fault: 'noIdentity', code: outer.name }
  }
  return { fault: 'refused', code: outer?.name ?? 'no error' }
}

/** The word for the engine. Without a token nothing was sent to Graph, so this holds for a create too. */
export function credentialError(error: unknown): CodedError {
  const { fault, code } = readCredentialFailure(error)
  if (fault === 'unreachable' || fault === 'busy') {
    return new TransientError(provisioningErrors.DIRECTORY_UNAVAILABLE, `The token endpoint did not answer (${code}).`)
  }
  return new SystemicError(provisioningErrors.DIRECTORY_UNAUTHENTICATED, `We got no token (${code}).`)
}
