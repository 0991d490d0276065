import type { AddressInfo } from 'node:net'
import { createRegistrationsClient } from '@rollcall/registrations'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestService, type TestService } from '../test-support/start-test-service.ts'
import { createFaultSwitch } from './fault-switch.ts'

const never = new AbortController().signal
const BATCH = '/api/registrations/batch/status'

let luck: number
let service: TestService
let url: string
beforeAll(async () => {
  service = await startTestService({ faults: createFaultSwitch({ random: () => luck }) })
  await service.app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`
})
afterAll(() => service.close())
beforeEach(async () => {
  luck = 0
  await service.put('/faults', {})
})

function ask(): Promise<Response> {
  const headers = { authorization: `Bearer ${service.keys.service}`, 'content-type': 'application/json' }
  return fetch(url + BATCH, { method: 'POST', headers, body: '{"userIds":["u-1"]}' })
}

describe('a fault that was asked for', () => {
  test('down: the service hangs up, whoever asks and with whatever key', async () => {
    await service.put('/faults', { mode: 'down' })
    await expect(ask()).rejects.toThrow('fetch failed')
    await expect(fetch(`${url}/api/registrations/user/u-1`)).rejects.toThrow('fetch failed')
  })

  test('errors: 500', async () => {
    await service.put('/faults', { mode: 'errors' })
    const answer = await ask()
    expect([answer.status, await answer.json()]).toMatchObject([500, { code: 'INTERNAL_ERROR' }])
  })

  test('throttled: 429 that says when to come back', async () => {
    await service.put('/faults', { mode: 'throttled', retryAfterSeconds: 7 })
    const answer = await ask()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7'])
  })

  test('malformed: 200 with half an answer', async () => {
    await service.put('/faults', { mode: 'malformed' })
    const answer = await ask()
    expect([answer.status, await answer.text()]).toEqual([200, '{"success":true,"data":{"registrationNumber":'])
  })

  test('slow: the answer comes late', async () => {
    await service.put('/faults', { mode: 'slow', delayMs: 20 })
    const from = performance.now()
    expect((await ask()).status).toBe(200)
    expect(performance.now() - from).toBeGreaterThanOrEqual(19)
  })

  test('meets the share of requests that was asked for', async () => {
    await service.put('/faults', { mode: 'errors', share: 0.25 })
    luck = 0.24
    expect((await ask()).status).toBe(500)
    luck = 0.25
    expect((await ask()).status).toBe(200)
  })

  test('leaves health, metrics and the switch itself alone, and ends when it is told to', async () => {
    await service.put('/faults', { mode: 'down' })
    expect((await service.get('/health/ready', { as: null })).status).toBe(200)
    expect((await service.put('/faults', {})).body).toEqual({
      mode: 'none',
      share: 1,
      delayMs: 1_000,
      retryAfterSeconds: 1,
      dropPushes: false,
    })
    expect((await ask()).status).toBe(200)
  })

  test.each([['operator'], ['service']] as const)('cannot be asked for with a key of the role %s', async (as) => {
    expect((await service.put('/faults', { mode: 'down' }, { as })).status).toBe(403)
  })

  test.each([{ mode: 'away' }, { share: 1.5 }, { delayMs: -1 }, { drop: true }])('is refused where it is %j', async (body) => {
    expect((await service.put('/faults', body)).status).toBe(422)
  })
})

test.each([
  ['errors', 'REGISTRATIONS_UNAVAILABLE'],
  ['down', 'REGISTRATIONS_UNAVAILABLE'],
  ['throttled', 'REGISTRATIONS_UNAVAILABLE'],
  ['malformed', 'REGISTRATIONS_UNREADABLE'],
])('the client takes %s for what it is, and never for nothing found', async (mode, code) => {
  await service.put('/faults', { mode })
  const client = createRegistrationsClient({ url, key: service.keys.service, retries: 0 })
  await expect(client.find([{ userId: 'u-1' }], never)).rejects.toMatchObject({ errorCode: { code } })
  await service.put('/faults', {})
  expect(await client.find([{ userId: 'u-1' }], never)).toEqual([{ kind: 'none' }])
})

test('the client reads what the service says of one, of several and of none', async () => {
  const one = await service.register({ registrationNumber: 'F-1', userId: 'f-1', status: 'renewal_due' })
  const twice = [await service.register({ registrationNumber: 'F-2' }), await service.register({ registrationNumber: 'F-2' })]
  const client = createRegistrationsClient({ url, key: service.keys.service, retries: 0 })
  const { organizationName: _, updatedAt, ...registration } = one
  expect(await client.find([{ registrationNumber: 'F-2' }, { userId: 'f-1' }, { userId: 'f-9' }], never)).toEqual([
    { kind: 'several', registrationIds: twice.map(({ registrationId }) => registrationId).toSorted() },
    { kind: 'found', registration: { ...registration, updatedAt: Date.parse(updatedAt) } },
    { kind: 'none' },
  ])
  await expect(client.ping(never)).resolves.toBeUndefined()
})
