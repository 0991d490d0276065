// What a worker app has of Redis, in two tempers. Impatient: heartbeats, looks and the duties of worker-sync fail at once when Redis is away,
// and are done again later. Patient: what jobs in hand have to tell Redis waits until it is back, since the job could not be finished without
// it anyway, and a run whose next job was not enqueued would wait for reconcile.
import {
  type BullDispatcher,
  type Closures,
  createDispatcher,
  createRedisResourceGate,
  type ProcessDefinition,
  type RedisConnection,
  type ResourceGate,
  type ResourceLimits,
} from '@rollcall/engine'
import { connectRedis, disconnectRedis, type RedisRole, redisReady } from '../connect-redis.ts'
import type { Logger } from '../create-logger.ts'

const FIRST_MS = 1_000

interface Temper {
  readonly connection: RedisConnection
  readonly dispatcher: BullDispatcher
  readonly gate: ResourceGate
}

export interface RedisSide {
  readonly impatient: Temper
  readonly patient: Temper
}

/** Waits a moment for Redis, but not without end: with Redis away the workers wait for it, and everything else goes on. */
export async function openRedisSide({
  url,
  namespace,
  app,
  processes,
  limits,
  closures,
  logger,
  opened,
}: {
  readonly url: string
  readonly namespace: string
  /** As Redis lists the connections. */
  readonly app: string
  readonly processes: readonly ProcessDefinition[]
  readonly limits: readonly ResourceLimits[]
  readonly closures: Closures
  readonly logger: Logger
  /** Closes it all. */
  readonly opened: AsyncDisposableStack
}): Promise<RedisSide> {
  const open = (role: RedisRole): Temper => {
    const connection = connectRedis({ url, role, logger, name: app })
    opened.defer(() => disconnectRedis(connection))
    const dispatcher = createDispatcher({ connection, namespace, processes })
    opened.defer(() => dispatcher.close())
    return { connection, dispatcher, gate: createRedisResourceGate({ connection, namespace, limits, closures, random: Math.random }) }
  }
  const side = { impatient: open('producer'), patient: open('worker') }
  const ready = await Promise.all([side.impatient, side.patient].map(({ connection }) => redisReady(connection, FIRST_MS)))
  if (!ready.every((one) => one)) logger.warn('redis is not there yet; jobs are taken as soon as it is')
  return side
}
