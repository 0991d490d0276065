// The one place that asks for tokens. The credential (MSAL inside) keeps the token in memory and renews it five minutes before its end; this
// adds what it lacks: callers that arrive together share one request, a caller that gives up does not take the others' token away, and a
// token that Graph refused is not offered again. MSAL has no way to drop one token, so a refused one costs a new credential, whose cache is
// empty. (Managed identities keep their cache in the library for the whole process: there a refused token stays until it expires.)
import type { TokenCredential } from '@azure/identity'
import { abortable } from './abortable.ts'

export interface TokenSource {
  /** @throws whatever the credential throws; the signal's reason when it fires first */
  get(signal: AbortSignal): Promise<string>
  /** Graph answered 401 to this token: the next `get` fetches another. Several callers may say so of the same token. */
  refuse(token: string): void
}

export function createTokenSource({
  createCredential,
  scope,
}: {
  readonly createCredential: () => TokenCredential
  readonly scope: string
}): TokenSource {
  let credential = createCredential()
  let latest: string | null = null
  let pending: Promise<string> | null = null

  async function fetchToken(): Promise<string> {
    const answer = await credential.getToken(scope)
    if (answer === null) throw new Error('The credential gave no token.')
    latest = answer.token
    return answer.token
  }

  function share(): Promise<string> {
    const shared = fetchToken().finally(() => leave(shared))
    pending = shared
    return shared
  }

  function leave(shared: Promise<string>): void {
    if (pending === shared) pending = null
  }

  return {
    async get(signal) {
      // Before anything is begun: nobody would hear of its failure.
      signal.throwIfAborted()
      const shared = pending ?? share()
      try {
        return await abortable({ promise: shared, signal })
      } catch (error) {
        // Some identities of a machine have no time limit: whoever comes next asks anew.
        if (signal.aborted) leave(shared)
        throw error
      }
    },
    refuse(token) {
      if (token !== latest) return
      latest = null
      credential = createCredential()
    },
  }
}
