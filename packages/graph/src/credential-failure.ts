import { type CodedError, SystemicError } from '@rollcall/engine'
import { provisioningErrors } from '@rollcall/provisioning'
import { outOfReach } from './directory-error.ts'
import { chainOf, findNetworkFailure } from './network-failure.ts'

/** Entra's codes for trouble of its own, which passes: server busy, its own time-outs, throttling. */
const PASSING = new Set(['90002500', '90006', '90012', '90024', '90033', '90055', '50196'])

type CredentialFault = 'unreachable' | 'busy' | 'refused' | 'noIdentity'

export interface CredentialFailure {
  readonly fault: CredentialFault
  /** An AADSTS number, a network code, or the error's name: never a message, which may quote the request. */
  readonly code: string
}

/** MSAL keeps these words of its own and drops the network's error behind them. */
const MSAL_UNREACHABLE = /^(endpoints_resolution_error|openid_config_error|network_error|no_network_connectivity|\w+_request_failed)\b/

/** Says why there is no token. Pure. */
export function readCredentialFailure(error: unknown): CredentialFailure {
  const chain = chainOf(error)
  const aadsts = firstOf(chain, ({ message }) => /AADSTS(\d{4,})/.exec(message)?.[1])
  if (aadsts !== undefined) return { fault: PASSING.has(aadsts) ? 'busy' : 'refused', code: `AADSTS${aadsts}` }
  // Every way to an identity of the machine's own failed, each for its own reason, which says nothing of the one that was meant.
  if (chain.some(({ name }) => name === 'AggregateAuthenticationError'))
    return { fault: 'noIdentity', code: 'AggregateAuthenticationError' }
  const unreachable =
    findNetworkFailure(error)?.code ??
    firstOf(chain, ({ name }) => (name === 'TimeoutError' || name === 'AbortError' ? name : undefined)) ??
    firstOf(chain, ({ message }) => MSAL_UNREACHABLE.exec(message)?.[1])
  if (unreachable !== undefined) return { fault: 'unreachable', code: unreachable }
  const status = firstOf(chain, (link) => ('status' in link && typeof link.status === 'number' ? link.status : undefined))
  if (status !== undefined && (status === 429 || status >= 500)) return { fault: 'busy', code: `HTTP ${status}` }
  const name = chain[0]?.name ?? 'no error'
  return { fault: name === 'CredentialUnavailableError' ? 'noIdentity' : 'refused', code: name }
}

function firstOf<Value>(chain: readonly Error[], read: (link: Error) => Value | undefined): Value | undefined {
  return chain.map(read).find((value) => value !== undefined)
}

/** The word for the engine. Without a token nothing was sent to Graph, so this holds for a create too. */
export function credentialError(error: unknown): CodedError {
  const { fault, code } = readCredentialFailure(error)
  if (fault === 'unreachable' || fault === 'busy') {
    return outOfReach(`The token endpoint did not answer (${code}).`)
  }
  return new SystemicError(provisioningErrors.DIRECTORY_UNAUTHENTICATED, `We got no token (${code}).`)
}
