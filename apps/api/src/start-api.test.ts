import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createTestDatabase, type TestDatabase } from '@rollcall/database/testing'
import { jobId, prepareRun, queueKey, queueName } from '@rollcall/engine'
import { canary, connectRedis, createLogger, disconnectRedis, readEnv } from '@rollcall/platform'
import { testRedis } from '@rollcall/platform/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ApiEnv } from './env.ts'
import { startApi } from './start-api.ts'

const redis = testRedis()
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.cleanup())

const settings = (more: Record<string, string> = {}) =>
  readEnv(ApiEnv, {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    CREDENTIAL_KEYS: `test:${randomBytes(32).toString('base64')}`,
    API_PORT: '0',
    LOG_LEVEL: 'silent',
    ...more,
  })

it('serves on its port, misses the workers, and ends when it is told to', async () => {
  const running = await startApi(settings())
  const ready = await fetch(`${running.url}/health/ready`)
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { status: 'degraded', database: 'up', redis: 'up', silentWorkers: ['persist', 'create', 'poll', 'sync'] },
  ])
  expect(await running.stop()).toEqual({ jobsLeft: 0 })
  await expect(fetch(`${running.url}/health/live`)).rejects.toThrow('fetch failed')
})

it('names the setting of a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  await expect(startApi(settings({ API_PORT: String(port) }))).rejects.toThrow(
    `A port that this app needs is in use. API_PORT is ${port}, and another program listens on 127.0.0.1:${port}.`,
  )
  other.close()
})

it('does not start without its database', async () => {
  const DATABASE_URL = 'sqlserver://127.0.0.1:1;database=rollcall;user=sa;password=x;encrypt=false'
  await expect(startApi(settings({ DATABASE_URL }))).rejects.toThrow('The database cannot be reached.')
})

it('enqueues what one before it accepted and, killed, did not enqueue', async () => {
  const uuid = '01900000-0000-7000-8000-000000000001'
  const from = { groupUuid: uuid, requestedBy: 'test', priority: 1, now: Date.now() - 10 }
  const run = prepareRun({ process: canary, input: { fleet: 'test' }, newId: () => uuid, ...from })
  await database.database.ledger.accept({ groupUuid: uuid, request: null, runs: [run] })
  const running = await startApi(settings())
  await running.stop()

  const connection = connectRedis({ url: redis.url, role: 'worker', logger: createLogger({ app: 'test', level: 'silent' }) })
  const queue = queueName({ process: canary.name, state: canary.start })
  const jobs = await connection.exists(queueKey({ namespace: 'rollcall', queue, part: jobId({ uuid, version: 1 }) }))
  await disconnectRedis(connection)
  expect(jobs).toBe(1)
})
