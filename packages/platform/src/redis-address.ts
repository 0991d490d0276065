// Where Redis is: one server, a master that Sentinels watch, or a Cluster. One text names each, so that one setting (or one secret file) is
// all there is to configure.
const ADDRESS = /^(rediss?)(\+sentinel|\+cluster)?:\/\/(?:([^@/]*)@)?([^@/]+)(?:\/([^/?#]*))?(?:\/(\d{1,3}))?\/?$/
const HOST = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/
const STANDARD_PORT = { single: 6379, cluster: 6379, sentinel: 26_379 } as const

interface Node {
  readonly host: string
  readonly port: number
}

interface Access {
  readonly username: string | undefined
  readonly password: string | undefined
  readonly tls: boolean
}

export type RedisAddress =
  | (Access & { readonly kind: 'single'; readonly node: Node; readonly db: number })
  /** `masterName` is what the Sentinels call the master. */
  | (Access & { readonly kind: 'sentinel'; readonly nodes: readonly Node[]; readonly masterName: string; readonly db: number })
  | (Access & { readonly kind: 'cluster'; readonly nodes: readonly Node[] })

export const REDIS_ADDRESS_FORMS =
  'redis://host:port, redis+sentinel://host:port,host:port/master-name or redis+cluster://host:port,host:port; rediss for TLS; user:password@ before the hosts'

/**
 * Reads one of
 *   `redis://[user:password@]host[:6379][/db]`
 *   `redis+sentinel://[user:password@]host[:26379],…/master-name[/db]` (user and password are those of Redis and of the Sentinels)
 *   `redis+cluster://[user:password@]host[:6379],…`
 * with `rediss` instead of `redis` for TLS.
 * @returns null where the text is none of them
 */
export function parseRedisUrl(text: string): RedisAddress | null {
  const parts = ADDRESS.exec(text)
  if (!parts) return null
  const [, scheme, mode, credentials, hosts = '', first = '', second] = parts
  const kind = mode === '+sentinel' ? 'sentinel' : mode === '+cluster' ? 'cluster' : 'single'
  const nodes = hosts.split(',').map((host) => nodeOf(host, STANDARD_PORT[kind]))
  const [node] = nodes
  const access = accessOf({ credentials, tls: scheme === 'rediss' })
  if (access === null || node === undefined || node === null || nodes.includes(null)) return null
  const all = nodes.filter((one) => one !== null)
  if (kind === 'cluster') return first === '' && second === undefined ? { kind, ...access, nodes: all } : null
  if (kind === 'sentinel') return first === '' ? null : { kind, ...access, nodes: all, masterName: first, db: Number(second ?? 0) }
  if (all.length > 1 || second !== undefined || !/^\d{0,3}$/.test(first)) return null
  return { kind, ...access, node, db: Number(first) }
}

function nodeOf(text: string, standardPort: number): Node | null {
  const [, host, port] = HOST.exec(text) ?? []
  if (host === undefined || Number(port ?? 1) > 65_535 || Number(port ?? 1) === 0) return null
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? standardPort : Number(port) }
}

function accessOf({ credentials, tls }: { credentials: string | undefined; tls: boolean }): Access | null {
  if (credentials === undefined) return { username: undefined, password: undefined, tls }
  const colon = credentials.indexOf(':')
  if (colon < 0) return null
  try {
    const username = decodeURIComponent(credentials.slice(0, colon))
    return { username: username || undefined, password: decodeURIComponent(credentials.slice(colon + 1)) || undefined, tls }
  } catch {
    // A per cent sign that begins no escape: whoever wrote it must escape it, or the password would be another one.
    return null
  }
}
