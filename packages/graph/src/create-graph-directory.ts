import type { Directory, DirectoryCall } from '@rollcall/provisioning'
import type { Sessions } from '@rollcall/status-sync'
import { makeAssignLicence } from './assign-licence.ts'
import { type AccessReport, makeCheckAccess } from './check-access.ts'
import { makeCreateAccount } from './create-account.ts'
import { createCredential } from './create-credential.ts'
import { createPlaceIds } from './create-place-ids.ts'
import { createTokenSource } from './create-token-source.ts'
import { createTransport } from './create-transport.ts'
import { makeFindAccount } from './find-account.ts'
import type { GraphConfig } from './graph-config.ts'
import { type ListAccounts, makeListAccounts } from './list-accounts.ts'
import { makePlace } from './place.ts'
import { makeRevokeSessions } from './revoke-sessions.ts'

export interface GraphDirectory extends Directory {
  /** Reads only: a token, and one look at everything that needs a permission of its own. */
  checkAccess(call: DirectoryCall): Promise<AccessReport>
  /** For operators: every account of ours. */
  readonly listAccounts: ListAccounts
  readonly sessions: Sessions
}

interface GraphDirectoryOptions {
  /** Node's own, or one that watches the traffic. */
  readonly fetch?: typeof globalThis.fetch
  readonly now?: () => number
}

/**
 * The Directory of Microsoft Graph. Sends nothing before its first call.
 * @throws Error where the configuration contradicts itself
 */
export function createGraphDirectory(
  config: GraphConfig,
  { fetch = globalThis.fetch, now = Date.now }: GraphDirectoryOptions = {},
): GraphDirectory {
  const { GRAPH_BASE_URL: baseUrl } = config
  const tokens = createTokenSource({ createCredential: () => createCredential(config), scope: scopeOf(baseUrl) })
  const send = createTransport({
    baseUrl,
    timeoutMs: config.GRAPH_REQUEST_TIMEOUT_MS,
    windowMs: config.GRAPH_BATCH_WINDOW_MS,
    batchesAtOnce: config.GRAPH_BATCHES_AT_ONCE,
    tokens,
    fetch,
    now,
  })
  const placeIds = createPlaceIds({ send, now })
  return {
    createAccount: makeCreateAccount({ send, config }),
    findAccount: makeFindAccount({ send, config }),
    place: makePlace({ send, placeIds, baseUrl }),
    assignLicence: makeAssignLicence({ send, config }),
    checkAccess: makeCheckAccess({ send, tokens, config }),
    listAccounts: makeListAccounts({ send, config }),
    sessions: { revoke: makeRevokeSessions({ send }) },
  }
}

/** Tokens are issued for Graph's own host, in national clouds for theirs; a simulator plays the global one. */
function scopeOf(baseUrl: string): string {
  const { hostname, origin } = new URL(baseUrl)
  const isMicrosofts = ['.microsoft.com', '.microsoft.us', '.chinacloudapi.cn'].some((domain) => hostname.endsWith(domain))
  return `${isMicrosofts ? origin : 'https://graph.microsoft.com'}/.default`
}
