import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
// Platform depends on the engine, so the engine cannot name it as a dependency; its test Redis is needed here all the same.
import { type TestRedis, testRedis } from '../../../platform/src/testing/test-redis.ts'

export { type TestRedis, testRedis }

/** A connection for the test at hand. A producer's fails at once where Redis is away; a worker's waits for it. */
export function connectTo({ url }: TestRedis, role: 'producer' | 'worker' = 'producer'): Redis {
  const patience =
    role === 'worker' ? { maxRetriesPerRequest: null } : { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 2_000 }
  const connection = new Redis(url, { ...patience, lazyConnect: false, retryStrategy: () => 50 })
  // Tests that take Redis away look at what the engine makes of it, not at the connection's own complaints.
  connection.on('error', () => undefined)
  onTestFinished(() => connection.disconnect())
  return connection
}

export async function ready(connection: Redis): Promise<Redis> {
  if (connection.status !== 'ready') await new Promise<void>((resolve) => connection.once('ready', () => resolve()))
  return connection
}

let drawn = 0
/** Each test has its own part of Redis. */
export function newNamespace(): string {
  drawn += 1
  return `test-${process.pid}-${drawn}`
}

/** Everything that Redis holds, as text: names, values, scores. */
export async function everythingIn(connection: Redis): Promise<string> {
  const keys = await connection.keys('*')
  const dumped = await Promise.all(
    keys.map(async (key) => {
      switch (await connection.type(key)) {
        case 'hash':
          return connection.hgetall(key)
        case 'string':
          return connection.get(key)
        case 'list':
          return connection.lrange(key, 0, -1)
        case 'set':
          return connection.smembers(key)
        case 'zset':
          return connection.zrange(key, '0', '-1', 'WITHSCORES')
        case 'stream':
          return connection.xrange(key, '-', '+')
        default:
          return null
      }
    }),
  )
  return JSON.stringify(keys.map((key, index) => [key, dumped[index]]))
}

/** Waits for something that happens outside of this process, such as in Redis. @throws Error when the time is up */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  { withinMs = 15_000, what = 'it' } = {},
): Promise<T> {
  const until = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > until) throw new Error(`Waited ${withinMs} ms for ${what} in vain.`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
