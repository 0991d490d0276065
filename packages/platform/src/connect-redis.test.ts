import { setTimeout as elapsed } from 'node:timers/promises'
import type { RedisConnection } from '@rollcall/engine'
import { afterEach, describe, expect, test } from 'vitest'
import { connectRedis, disconnectRedis, type RedisRole, redisReady } from './connect-redis.ts'
import { createLogger } from './create-logger.ts'
import { testRedis } from './testing/index.ts'

const redis = testRedis()
const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

function connect(role: RedisRole, url = redis.url) {
  const lines: { level: string; msg: string }[] = []
  const logger = createLogger({ app: 'test', level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  const connection = connectRedis({ url, role, logger, name: 'test' })
  closers.push(() => disconnectRedis(connection))
  return { connection, lines }
}

/** `events.once` would give up on the errors of each try. */
function happened(connection: RedisConnection, event: string): Promise<void> {
  return new Promise((resolve) => connection.once(event, resolve))
}

test('connects in both roles, under a name that Redis lists', async () => {
  for (const role of ['producer', 'worker'] as const) {
    const { connection, lines } = connect(role)
    expect(await redisReady(connection, 2_000)).toBe(true)
    expect(await connection.client('GETNAME')).toBe(`test-${role}`)
    expect(lines).toEqual([])
  }
})

// The bounds are timers of this process: a busy machine holds them up as long as what they bound.
describe('a producer', () => {
  test('fails at once while Redis is away', async () => {
    const { connection } = connect('producer', 'redis://127.0.0.1:1')
    await happened(connection, 'close')
    await expect(Promise.race([connection.ping(), elapsed(500)])).rejects.toThrow("Stream isn't writeable")
  })

  test('fails within a second or so when Redis hangs', async () => {
    const { connection } = connect('producer')
    await redisReady(connection, 2_000)
    process.kill(redis.pid, 'SIGSTOP')
    await expect(Promise.race([connection.ping(), elapsed(1_900)])).rejects.toThrow('Command timed out')
    process.kill(redis.pid, 'SIGCONT')
  })

  test('works again when Redis is back', async () => {
    const { connection } = connect('producer')
    await redisReady(connection, 2_000)
    await redis.restart()
    await happened(connection, 'ready')
    expect(await connection.ping()).toBe('PONG')
  })
})

describe('a worker', () => {
  test('keeps a command until Redis is back', async () => {
    const { connection } = connect('worker')
    await redisReady(connection, 2_000)
    await redis.kill()
    await happened(connection, 'close')
    const answer = connection.ping()
    await redis.restart()
    expect(await answer).toBe('PONG')
  })

  test('logs an outage once when it begins and once when it is over, however often it tries', async () => {
    const { connection, lines } = connect('worker')
    await redisReady(connection, 2_000)
    await redis.kill()
    for (let tries = 0; tries < 3; tries += 1) await happened(connection, 'reconnecting')
    await redis.restart()
    await happened(connection, 'ready')
    expect(lines.map(({ level, msg }) => `${level}: ${msg}`)).toEqual([
      'error: redis cannot be reached; trying again until it can',
      'info: redis is back',
    ])
  })
})
