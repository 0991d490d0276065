import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createTestDatabase, type TestDatabase } from '@rollcall/database/testing'
import { createIds, systemClock } from '@rollcall/engine'
import { createApiKey, readEnv } from '@rollcall/platform'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RegistrationEnv } from './env.ts'
import { startRegistrationService } from './start-registration-service.ts'
import { startPushReceiver } from './test-support/start-push-receiver.ts'

const REGISTRATION_PUSH_SECRET = `whsec_${randomBytes(32).toString('base64')}`

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.cleanup())

const settings = (more: Readonly<Record<string, string>> = {}) =>
  readEnv(RegistrationEnv, { DATABASE_URL: database.url, REGISTRATION_PUSH_SECRET, REGISTRATION_PORT: '0', LOG_LEVEL: 'silent', ...more })

async function issueOperatorKey(): Promise<string> {
  const { hash, key } = createApiKey('operator')
  const id = createIds(systemClock)()
  await database.database.apiKeys.create(
    { id, name: id, hash, role: 'operator', createdAt: Date.now(), createdBy: 'test', expiresAt: null },
    null,
  )
  return key
}

it('serves on its port, tells of changes by itself, and ends when it is told to', async () => {
  const receiver = await startPushReceiver({ secret: REGISTRATION_PUSH_SECRET })
  const running = await startRegistrationService(settings({ REGISTRATION_PUSH_URL: receiver.url }))
  const ready = await fetch(`${running.url}/health/ready`)
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', database: 'up' }])

  const headers = { authorization: `Bearer ${await issueOperatorKey()}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ userId: 'u-1', organizationName: 'Hill Farm Co-operative' })
  expect((await fetch(`${running.url}/api/registrations`, { method: 'POST', headers, body })).status).toBe(201)
  await expect.poll(() => receiver.received.map(({ version }) => version), { timeout: 10_000 }).toEqual([1])

  expect(await running.stop()).toEqual({ jobsLeft: 0 })
  await expect(fetch(`${running.url}/health/live`)).rejects.toThrow('fetch failed')
})

it('names the setting of a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  await expect(startRegistrationService(settings({ REGISTRATION_PORT: String(port) }))).rejects.toThrow(
    `REGISTRATION_PORT is ${port}, and another program listens on 127.0.0.1:${port}.`,
  )
  other.close()
})

it('does not start without its database', async () => {
  const DATABASE_URL = 'sqlserver://127.0.0.1:1;database=rollcall;user=sa;password=x;encrypt=false'
  await expect(startRegistrationService(settings({ DATABASE_URL }))).rejects.toThrow('The database cannot be reached.')
})
