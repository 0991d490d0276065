// Which workers are alive, as each says of itself. A heartbeat is a Redis key that expires, so that the dead fall silent by themselves; an
// index beside the keys spares a walk through all of Redis. It says that a process lives; that it also takes jobs, only the canary shows.
import type { RedisConnection, WorkerName } from '@rollcall/engine'
import { z } from 'zod'

/** A worker that has missed this much is gone. */
export const HEARTBEAT_LIVES_MS = 20_000
const INDEX_LIVES_MS = 3_600_000

const Heartbeat = z.object({
  worker: z.enum(['create', 'poll', 'persist', 'sync', 'compute']),
  /** Of several processes of one worker. */
  instance: z.string(),
  /** By the instance's own clock, like all times here. */
  at: z.number(),
  startedAt: z.number(),
  jobsInHand: z.number(),
  /** The 99th percentile since the last beat: how long its event loop was held up. */
  loopLagMs: z.number(),
})
export interface Heartbeat extends Readonly<z.infer<typeof Heartbeat>> {
  readonly worker: WorkerName
}

export interface FleetStore {
  readonly connection: RedisConnection
  /** ROLLCALL_NAMESPACE */
  readonly namespace: string
}

export async function writeHeartbeat({ connection, namespace }: FleetStore, heartbeat: Heartbeat): Promise<void> {
  const { at } = heartbeat
  const results = await connection
    .multi()
    .set(keyOf(namespace, heartbeat), JSON.stringify(heartbeat), 'PX', HEARTBEAT_LIVES_MS)
    .zadd(indexKey(namespace), at, memberOf(heartbeat))
    .zremrangebyscore(indexKey(namespace), '-inf', String(at - INDEX_LIVES_MS))
    .exec()
  const failed = results?.find(([error]) => error)?.[0]
  if (failed) throw failed
}

/** A worker that ends in good order does not leave its heartbeat to expire. */
export async function removeHeartbeat({ connection, namespace }: FleetStore, who: Pick<Heartbeat, 'worker' | 'instance'>): Promise<void> {
  await connection.multi().del(keyOf(namespace, who)).zrem(indexKey(namespace), memberOf(who)).exec()
}

/** Every worker process that lives, by worker and instance. */
export async function listHeartbeats({ connection, namespace }: FleetStore): Promise<Heartbeat[]> {
  const members = await connection.zrange(indexKey(namespace), 0, '-1')
  if (members.length === 0) return []
  const values = await connection.mget(members.toSorted().map((member) => `{${namespace}}:heartbeat:${member}`))
  return values.filter((value) => value !== null).flatMap((value) => Heartbeat.safeParse(JSON.parse(value)).data ?? [])
}

function indexKey(namespace: string): string {
  return `{${namespace}}:heartbeats`
}

function keyOf(namespace: string, who: Pick<Heartbeat, 'worker' | 'instance'>): string {
  return `{${namespace}}:heartbeat:${memberOf(who)}`
}

function memberOf({ worker, instance }: Pick<Heartbeat, 'worker' | 'instance'>): string {
  return `${worker}:${instance}`
}
