// Connections to Redis, in the two ways that the fleet needs. A producer must never make its caller wait for a Redis that is away: the
// ledger has the row already. A worker waits for Redis for ever, and its commands are sent again once Redis is back.
import type { RedisConnection } from '@rollcall/engine'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { Logger } from './create-logger.ts'
import { parseRedisUrl, REDIS_ADDRESS_FORMS, type RedisAddress } from './redis-address.ts'

export type RedisRole = 'producer' | 'worker'

export interface ConnectRedisOptions {
  /** As `parseRedisUrl` reads it. */
  readonly url: string
  readonly role: RedisRole
  readonly logger: Logger
  /** As Redis lists the connection: the app's name. */
  readonly name?: string
}

/** A dead Redis is known to be dead within about this time. */
const FAIL_FAST_MS = 1_000
/** A Redis that hangs for so long is treated as gone, so that whoever watches the connection learns of it. */
const PRODUCER_SILENCE_MS = 5_000
const WORKER_CONNECT_MS = 5_000
/** Longer than the longest blocking read of a worker (10 s): a connection that stays silent for so long leads nowhere. */
const WORKER_SILENCE_MS = 20_000
const RECONNECT_FIRST_MS = 100
const RECONNECT_MAX_MS = 2_000
const KEEP_ALIVE_MS = 10_000

/**
 * Connects in the background and goes on trying; whoever opened it closes it.
 * @throws Error where the url is no address of Redis; `commonEnv` has checked it
 */
export function connectRedis({ url, role, logger, name = 'rollcall' }: ConnectRedisOptions): RedisConnection {
  const address = parseRedisUrl(url)
  if (!address) throw new Error(`REDIS_URL: expected ${REDIS_ADDRESS_FORMS}`)
  const connection = open({ address, role, connectionName: `${name}-${role}` })
  logOutages({ connection, logger, role })
  return connection
}

function open({ address, role, connectionName }: { address: RedisAddress; role: RedisRole; connectionName: string }): RedisConnection {
  const { password, tls, username } = address
  const secured = { ...(username !== undefined && { username }), ...(password !== undefined && { password }), ...(tls && { tls: {} }) }
  const node = { connectionName, keepAlive: KEEP_ALIVE_MS, ...secured, ...TEMPER[role] }
  const offlineQueue = role === 'worker'
  if (address.kind === 'cluster') {
    return new Cluster([...address.nodes], {
      // Nodes of a managed Cluster announce names that their certificates are for; they must not be resolved before.
      ...(tls && { dnsLookup: (host: string, done: (error: null, host: string) => void) => done(null, host) }),
      enableOfflineQueue: offlineQueue,
      clusterRetryStrategy: pauseAfter,
      ...(offlineQueue ? {} : { maxRedirections: 3 }),
      redisOptions: node,
    })
  }
  const single = { ...node, db: address.db, enableOfflineQueue: offlineQueue, retryStrategy: pauseAfter, reconnectOnError: findNewMaster }
  if (address.kind === 'single') return new Redis({ ...address.node, ...single })
  return new Redis({
    sentinels: [...address.nodes],
    name: address.masterName,
    ...(username !== undefined && { sentinelUsername: username }),
    ...(password !== undefined && { sentinelPassword: password }),
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    sentinelRetryStrategy: pauseAfter,
    ...single,
  })
}

const TEMPER = {
  producer: { maxRetriesPerRequest: 1, connectTimeout: FAIL_FAST_MS, commandTimeout: FAIL_FAST_MS, socketTimeout: PRODUCER_SILENCE_MS },
  worker: { maxRetriesPerRequest: null, connectTimeout: WORKER_CONNECT_MS, socketTimeout: WORKER_SILENCE_MS },
} as const satisfies Record<RedisRole, RedisOptions>

function pauseAfter(tries: number): number {
  return Math.min(RECONNECT_FIRST_MS * 2 ** Math.min(tries - 1, 10), RECONNECT_MAX_MS) * (0.5 + Math.random() / 2)
}

/** After a failover the old master answers READONLY on connections that survived: go and find the new one, then send the command again. */
function findNewMaster(error: Error): 2 | false {
  return error.message.startsWith('READONLY') ? 2 : false
}

/** One line when Redis is lost and one when it is back, however often the connection is tried in between. */
function logOutages({
  connection,
  logger,
  role,
}: {
  readonly connection: RedisConnection
  readonly logger: Logger
  readonly role: RedisRole
}): void {
  let lostAt: number | null = null
  const lost = (fields: object) => {
    if (lostAt !== null) return
    lostAt = performance.now()
    logger.error({ redis: role, ...fields }, 'redis cannot be reached; trying again until it can')
  }
  // Redis and the driver quote addresses and user names, never passwords or data.
  connection.on('error', (err: Error) => lost({ err, detail: err.message }))
  // A server that shuts down in good order closes the connection without an error.
  connection.on('reconnecting', () => lost({}))
  connection.on('ready', () => {
    if (lostAt !== null) logger.info({ redis: role, outageMs: Math.round(performance.now() - lostAt) }, 'redis is back')
    lostAt = null
  })
}

/** Waits for the connection to be usable. False: it was not, within this time. */
export async function redisReady(connection: RedisConnection, withinMs: number): Promise<boolean> {
  if (connection.status === 'ready') return true
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const late = setTimeout(resolve, withinMs, false)
  const ready = () => resolve(true)
  connection.once('ready', ready)
  try {
    return await promise
  } finally {
    clearTimeout(late)
    connection.off('ready', ready)
  }
}

/** Says goodbye if Redis listens, and hangs up in any case. */
export async function disconnectRedis(connection: RedisConnection): Promise<void> {
  if (connection.status === 'ready') await Promise.race([connection.quit(), elapsed(FAIL_FAST_MS)]).catch(() => 'hung up without a goodbye')
  connection.disconnect()
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
