import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { createDatabase, type Database } from '@rollcall/database'
import { engineErrors, LedgerUnavailableError } from '@rollcall/engine'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ApiDeps } from './api-deps.ts'
import { student } from './test-support/people.ts'
import { startTestApi, type TestApi } from './test-support/start-test-api.ts'

const redis = testRedis()
const operator = { as: 'operator' } as const
const reason = 'Maintenance.'
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

describe('while Redis is away', () => {
  beforeEach(() => redis.kill())
  afterEach(() => redis.restart())

  it('work is taken, and the queue is left alone for five seconds after a failure', async () => {
    const first = await test.post('/student-create', student)
    const second = await test.post('/student-create', { ...student, personId: 'A2' })
    expect([first.status, second.status]).toEqual([202, 202])
    expect(await test.rows()).toEqual({ run: 2 })
    expect(test.notices.filter(({ kind }) => kind === 'queueUnreachable')).toHaveLength(1)
  })

  it('this instance is degraded, not unavailable', async () => {
    expect(await test.get('/health/ready', { as: null })).toMatchObject({
      status: 200,
      body: { status: 'degraded', database: 'up', redis: 'down' },
    })
  })

  it('runs can be seen and cancelled', async () => {
    const { body } = await test.post('/student-create', student)
    expect((await test.get(`/azure-data-sync/${body.uuid}`)).status).toBe(200)
    expect((await test.post(`/azure-data-sync/${body.uuid}/cancel`, { reason }, operator)).status).toBe(202)
  })

  it('a resource is closed and reopened in the ledger, and the fleet is paused as ever', async () => {
    expect(await test.post('/resources/graph/close', { reason }, operator)).toMatchObject({ status: 202, body: { closed: true } })
    const reopened = await test.post('/resources/graph/reopen', { reason }, operator)
    expect(reopened).toMatchObject({ status: 202, body: { closed: false } })
    expect(await test.post('/resources/fleet/close', { reason }, operator)).toMatchObject({ status: 200, body: { closed: true } })
    expect((await test.get('/resources')).body.resources).toMatchObject([
      { name: 'fleet', closed: true },
      { name: 'graph', closed: false },
    ])
    expect(await test.post('/resources/fleet/reopen', { reason }, operator)).toMatchObject({ status: 200, body: { closed: false } })
  })
})

describe('while SQL is away', () => {
  const unavailable = {
    status: 503,
    headers: { 'retry-after': '5' },
    body: { code: 'LEDGER_UNAVAILABLE', title: 'The database cannot be reached.' },
  }

  let away: Database
  beforeEach(async () => {
    // Nobody listens at this port.
    away = await createDatabase({ url: 'sqlserver://127.0.0.1:1;database=rollcall;user=sa;password=x;encrypt=false' })
  })
  afterEach(() => away.close())

  async function restart(deps: Partial<ApiDeps>): Promise<void> {
    await test.close()
    test = await startTestApi({ redisUrl: redis.url, deps })
  }

  it('requests are answered 503 and may be sent again', async () => {
    await restart({ ledger: away.ledger, queries: away.ledger, accounts: away.accounts, closures: away.closures })
    expect(await test.post('/student-create', student)).toMatchObject(unavailable)
    expect(await test.get('/azure-data-sync')).toMatchObject(unavailable)
    expect(await test.get('/resources')).toMatchObject(unavailable)
  })

  it('a key that cannot be looked up is no wrong key', async () => {
    await restart({ apiKeys: away.apiKeys })
    expect(await test.get('/azure-data-sync')).toMatchObject(unavailable)
  })

  it('this instance is unavailable but alive', async () => {
    await restart({ health: { database: away.ping, redis: async () => {}, silentWorkers: async () => [] } })
    expect(await test.get('/health/ready', { as: null })).toMatchObject({ status: 503, body: { status: 'unavailable', database: 'down' } })
    expect(await test.get('/health/live', { as: null })).toMatchObject({ status: 200, body: { status: 'live' } })
  })
})

describe('an unexpected fault', () => {
  it('is answered without a word about it and logged without what it quotes', async () => {
    await test.close()
    const quoting = new TypeError('Cannot read Елица Примерова')
    const findLive = () => Promise.reject(quoting)
    test = await startTestApi({ redisUrl: redis.url, deps: { accounts: { findLive } } })
    const answer = await test.post('/student-create', student, { headers: { 'x-request-id': 'abc-123' } })
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR', requestId: 'abc-123' } })
    expect(JSON.stringify(answer.body)).not.toContain('Примерова')
    expect(test.log()).toMatch(/"reqId":"abc-123".*"name":"TypeError".*request failed/)
    expect(test.log()).not.toContain('Примерова')
  })

  it('of a code that no request should end with is ours, too', async () => {
    await test.close()
    const findLive = () => Promise.reject(new LedgerUnavailableError(engineErrors.RESULT_MISSING))
    test = await startTestApi({ redisUrl: redis.url, deps: { accounts: { findLive } } })
    expect(await test.post('/student-create', student)).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } })
  })
})

describe('shutting down', () => {
  it('finishes what is under way and refuses what still arrives over open connections', async () => {
    await test.close()
    const arrived = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const findLive = async () => {
      arrived.resolve()
      await release.promise
      return []
    }
    test = await startTestApi({ redisUrl: redis.url, deps: { accounts: { findLive } } })
    await test.api.listen({ port: 0, host: '127.0.0.1' })
    const { port } = test.api.server.address() as AddressInfo
    const headers = { authorization: `Bearer ${test.keys.upstream}`, 'content-type': 'application/json' }
    const underWay = fetch(`http://127.0.0.1:${port}/student-create`, { method: 'POST', headers, body: JSON.stringify(student) })
    await arrived.promise
    // Half a request keeps a connection open; its other half comes too late.
    const half = Promise.withResolvers<void>()
    test.api.server.once('connection', (accepted: Socket) => accepted.once('data', () => half.resolve()))
    const { socket, answer } = await openSocket(port)
    socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n')
    await half.promise
    const closing = test.api.close()
    while (!test.api.isDraining()) await setImmediate()
    socket.write('\r\n')
    const late = await answer
    expect(late).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/)
    expect(late).toMatch(/\r\nconnection: close\r\n/i)
    expect(late).toMatch(/\r\nretry-after: 5\r\n/)
    expect(late).toContain('"code":"SHUTTING_DOWN"')
    release.resolve()
    expect((await underWay).status).toBe(202)
    await closing
  })
})

async function openSocket(port: number): Promise<{ readonly socket: Socket; readonly answer: Promise<string> }> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  const answer = once(socket, 'end').then(() => text)
  await once(socket, 'connect')
  return { socket, answer }
}
