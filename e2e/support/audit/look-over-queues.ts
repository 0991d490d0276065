// One look over all queues of a fleet, whatever processes it has: the queues are found by the keys that Redis holds. It reads, and takes no job.
import { queueKey } from '@rollcall/engine'
import { Cluster, Redis } from 'ioredis'

/** The structures of a queue that hold jobs which are still to be worked. */
const LISTS = ['wait', 'active'] as const
const SETS = ['prioritized', 'delayed'] as const
/** Those that hold what has ended, for Bull Board. */
const ENDED = ['completed', 'failed'] as const
const KEYS_PER_SCAN = 2_000
/** `{<namespace>:<queue>}:<queue>:<part>`; namespaces hold no colon. */
const KEY = /^\{([^:}]+):([^}]+)\}:\2:(.+)$/
/** `<uuid>-<version>`. */
const JOB = /^(.{36})-(\d+)$/

export interface LookedAtJob {
  readonly queue: string
  readonly uuid: string
  readonly version: number
}

export interface QueueLook {
  /** Jobs that a worker has or will get. */
  readonly pending: readonly LookedAtJob[]
  /** What is kept of jobs that stand in no list: nobody will ever work them, nor tidy them away. */
  readonly stray: readonly LookedAtJob[]
}

/** @param redis a URL, or a connection of the caller's, who closes it */
export async function lookOverQueues({
  redis,
  namespace,
}: {
  readonly redis: string | Redis | Cluster
  readonly namespace: string
}): Promise<QueueLook> {
  if (typeof redis !== 'string') return look({ redis, namespace })
  const own = new Redis(redis)
  try {
    return await look({ redis: own, namespace })
  } finally {
    own.disconnect()
  }
}

async function look({ redis, namespace }: { readonly redis: Redis | Cluster; readonly namespace: string }): Promise<QueueLook> {
  const parts = await partsByQueue({ redis, namespace })
  const looks = await Promise.all(
    [...parts].map(async ([queue, some]) => {
      const { pending, ended } = await readQueue({ redis, namespace, queue })
      const listed = new Set([...pending, ...ended])
      return {
        pending: pending.flatMap((id) => jobOf(queue, id)),
        stray: some.filter((part) => !listed.has(part)).flatMap((part) => jobOf(queue, part)),
      }
    }),
  )
  return { pending: looks.flatMap(({ pending }) => pending), stray: looks.flatMap(({ stray }) => stray) }
}

async function partsByQueue({ redis, namespace }: { readonly redis: Redis | Cluster; readonly namespace: string }) {
  const parts = new Map<string, string[]>()
  for (const node of redis instanceof Cluster ? redis.nodes('master') : [redis]) {
    let cursor = '0'
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', `{${namespace}:*`, 'COUNT', KEYS_PER_SCAN)
      cursor = next
      for (const key of keys) {
        const [, , queue, part] = KEY.exec(key) ?? []
        if (queue !== undefined && part !== undefined) parts.set(queue, [...(parts.get(queue) ?? []), part])
      }
    } while (cursor !== '0')
  }
  return parts
}

/** In one transaction: a job that moves within its queue is seen once. */
async function readQueue({ redis, namespace, queue }: { redis: Redis | Cluster; namespace: string; queue: string }) {
  const keyOf = (part: string) => queueKey({ namespace, queue, part })
  const all = redis.multi()
  for (const part of LISTS) all.lrange(keyOf(part), 0, -1)
  for (const part of [...SETS, ...ENDED]) all.zrange(keyOf(part), '0', '-1')
  const answers = (await all.exec()) ?? []
  const ids = answers.map(([error, value]) => {
    if (error) throw error
    return Array.isArray(value) ? value.map(String) : []
  })
  const toWork = LISTS.length + SETS.length
  return { pending: ids.slice(0, toWork).flat(), ended: ids.slice(toWork).flat() }
}

function jobOf(queue: string, id: string): LookedAtJob[] {
  const [, uuid, version] = JOB.exec(id) ?? []
  return uuid === undefined ? [] : [{ queue, uuid, version: Number(version) }]
}
