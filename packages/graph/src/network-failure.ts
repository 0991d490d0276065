// Tells a request that surely never reached Graph from one that may have: after the first nothing happened, after the second a create
// may have been carried out.

/** Codes of Node's sockets, resolver and TLS under which no byte of a request was sent. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
const SENT_PERHAPS = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'REQUEST_SEND_ERROR'])

/** What fetch says of a network failure whose cause has no code that we know. */
const FETCH_FAILURES = new Set(['fetch failed', 'terminated'])

export interface NetworkFailure {
  readonly code: string
  readonly mayHaveArrived: boolean
}

/** Finds the network's own code in an error and its causes; null where the network is not to blame. */
export function findNetworkFailure(error: unknown): NetworkFailure | null {
  let outer: NetworkFailure | null = null
  for (const code of chainOf(error).flatMap(codesOf)) {
    if (NEVER_SENT.has(code)) return { code, mayHaveArrived: false }
    if (SENT_PERHAPS.has(code) || code.startsWith('UND_ERR_')) outer ??= { code, mayHaveArrived: true }
  }
  if (outer === null && error instanceof TypeError && FETCH_FAILURES.has(error.message))
    return { code: error.message, mayHaveArrived: true }
  return outer
}

/** The error, its causes, and the errors of an AggregateError (several addresses of one host), each once. */
export function chainOf(error: unknown): readonly Error[] {
  const chain: Error[] = []
  const queue: unknown[] = [error]
  while (queue.length > 0) {
    const next = queue.shift()
    if (!(next instanceof Error) || chain.includes(next)) continue
    chain.push(next)
    queue.push(next.cause)
    if ('errors' in next && Array.isArray(next.errors)) queue.push(...next.errors)
  }
  return chain
}

function codesOf(error: Error): readonly string[] {
  return [error, 'errorCode' in error ? { code: error.errorCode } : {}].flatMap((holder) =>
    'code' in holder && typeof holder.code === 'string' ? [holder.code] : [],
  )
}
