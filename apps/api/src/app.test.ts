import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { student } from './test-support/people.ts'
import { startTestApi, type TestApi } from './test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url, deps: { health: { database: up, redis: up, silentWorkers: async () => silent } } })
})
afterEach(() => test.close())

const up = async () => {}
let silent: readonly string[] = []
beforeEach(() => {
  silent = []
})

describe('the log', () => {
  it('has one line per request: its route, never its address, its body or its key', async () => {
    const { body } = await test.post('/student-create', student, { headers: { 'idempotency-key': 'key-of-the-roster' } })
    await test.get(`/azure-data-sync?personId=${student.personId}`)
    await test.get(`/azure-data-sync/${body.uuid}`)
    await test.get(`/no-such-place/${student.personId}`)
    await test.post('/student-create', { ...student, personId: 7, firstName: '7' })
    const lines = test
      .log()
      .split('\n')
      .filter((line) => line.includes('request answered'))
      .map((line) => JSON.parse(line))
    expect(lines.map(({ method, route, status, caller, code }) => ({ method, route, status, caller, code }))).toEqual([
      { method: 'POST', route: '/student-create', status: 202, caller: 'upstream of the tests' },
      { method: 'GET', route: '/azure-data-sync', status: 200, caller: 'reader of the tests' },
      { method: 'GET', route: '/azure-data-sync/:uuid', status: 200, caller: 'reader of the tests' },
      { method: 'GET', route: 'unknown', status: 404, code: 'NOT_FOUND' },
      { method: 'POST', route: '/student-create', status: 422, caller: 'upstream of the tests', code: 'INVALID_BODY' },
    ])
    for (const secret of [
      ...[student.personId, student.firstName, student.lastName, student.birthDate, 'key-of-the-roster'],
      ...Object.values(test.keys),
    ]) {
      expect(test.log()).not.toContain(secret)
    }
  })

  it('finds a request by the id that its sender gave it, unless that is none', async () => {
    const given = await test.get('/health/live', { headers: { 'x-request-id': 'roster-17' } })
    expect(given.headers['x-request-id']).toBe('roster-17')
    const strange = await test.get('/health/live', { headers: { 'x-request-id': 'Елица "Примерова' } })
    expect(strange.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('health', () => {
  it('names the workers that are silent', async () => {
    silent = ['poll']
    expect(await test.get('/health/ready', { as: null })).toMatchObject({
      status: 200,
      body: { status: 'degraded', database: 'up', redis: 'up', silentWorkers: ['poll'] },
    })
  })

  it('is asked of the outside once a second at most', async () => {
    expect((await test.get('/health/ready', { as: null })).body.status).toBe('ready')
    silent = ['poll']
    expect((await test.get('/health/ready', { as: null })).body.status).toBe('ready')
    test.clock.moveTo(test.clock.now() + 1_000)
    expect((await test.get('/health/ready', { as: null })).body.status).toBe('degraded')
  })
})

describe('metrics', () => {
  it('count requests by route and accounts by what became of them', async () => {
    await test.post('/student-create', [student, student, { ...student, personId: 7 }])
    const { status, headers, body } = await test.get('/metrics')
    expect(status).toBe(200)
    expect(headers['content-type']).toMatch(/^text\/plain/)
    expect(body).toContain('rollcall_api_request_seconds_count{method="POST",route="/student-create",status="202"} 1')
    for (const status of [202, 200, 422]) expect(body).toContain(`rollcall_api_account_items_total{kind="student",status="${status}"} 1`)
  })
})

describe('every answer', () => {
  it('is kept by no cache and taken for nothing that it is not', async () => {
    const { headers } = await test.get('/azure-data-sync')
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  })
})
