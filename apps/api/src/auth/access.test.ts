import type { ApiRole } from '@rollcall/database'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { student } from '../test-support/people.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

describe('a request', () => {
  it('without a key is 401 before its body is looked at', async () => {
    const answer = await test.post('/student-create', '{"not": json', { as: null })
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    expect(await test.rows()).toEqual({})
  })

  it('with a key that is revoked is 401 within ten seconds', async () => {
    await test.post('/student-create', student)
    const keys = await test.database.apiKeys.list()
    const id = keys.find(({ role }) => role === 'upstream')?.id ?? ''
    await test.database.apiKeys.revoke({ id, at: test.clock.now(), audit: null })
    test.clock.moveTo(test.clock.now() + 10_000)
    expect(await test.post('/student-create', student)).toMatchObject({ status: 401 })
  })

  it('of a key that has sent as many as it may is 429, and the health routes are not', async () => {
    const limited = await startTestApi({ redisUrl: redis.url, deps: { requestsPerMinute: 1 } })
    onTestFinished(() => limited.close())
    const ask = async () => (await limited.get('/resources', { as: 'reader' })).status
    expect([await ask(), await ask()]).toEqual([200, 429])
    expect((await limited.get('/health/live', { as: null })).status).toBe(200)
  })
})

describe('the roles', () => {
  const uuid = '0199a1f4-5c00-7000-8000-00000000a001'
  const routes: Record<string, [method: 'GET' | 'POST', path: string]> = {
    create: ['POST', '/student-create'],
    read: ['GET', `/azure-data-sync/${uuid}`],
    list: ['GET', '/azure-data-sync'],
    group: ['GET', `/groups/${uuid}`],
    replay: ['POST', `/azure-data-sync/${uuid}/replay`],
    cancel: ['POST', `/azure-data-sync/${uuid}/cancel`],
    resources: ['GET', '/resources'],
    close: ['POST', '/resources/graph/close'],
    reopen: ['POST', '/resources/graph/reopen'],
    metrics: ['GET', '/metrics'],
  }
  const seeing = ['read', 'list', 'group']
  const observing = ['resources', 'metrics']
  const operating = ['replay', 'cancel', 'close', 'reopen']
  const mayUse: Record<ApiRole, readonly string[]> = {
    upstream: ['create', ...seeing],
    service: ['create', ...seeing, ...observing],
    reader: [...seeing, ...observing],
    operator: [...seeing, ...observing, ...operating],
    admin: Object.keys(routes),
  }

  it.each(Object.entries(mayUse))('%s may do exactly what it is there for', async (role, allowed) => {
    const found = await Promise.all(
      Object.entries(routes).map(async ([name, [method, url]]) => {
        const headers = { authorization: `Bearer ${test.keys[role as ApiRole]}`, 'content-type': 'application/json' }
        const payload = method === 'POST' ? { payload: '{}' } : {}
        return [name, (await test.api.inject({ method, url, headers, ...payload })).statusCode] as const
      }),
    )
    expect(found.filter(([, status]) => status !== 403).map(([name]) => name)).toEqual(
      Object.keys(routes).filter((name) => allowed.includes(name)),
    )
  })

  it('let an upstream system see its own requests only', async () => {
    const own = await test.post('/student-create', student)
    const others = await test.post('/student-create', { ...student, personId: 'X1' }, { as: 'service' })
    const path = (answer: typeof own) => `/azure-data-sync/${answer.body.uuid}`
    expect((await test.get(path(own), { as: 'upstream' })).status).toBe(200)
    expect(await test.get(path(others), { as: 'upstream' })).toMatchObject({ status: 404, body: { code: 'RUN_NOT_FOUND' } })
    expect((await test.get(`/groups/${own.body.groupUuid}`, { as: 'upstream' })).status).toBe(200)
    expect((await test.get(`/groups/${others.body.groupUuid}`, { as: 'upstream' })).status).toBe(404)
    const list = await test.get('/azure-data-sync', { as: 'upstream' })
    expect(list.body.runs.map(({ uuid: id }: { uuid: string }) => id)).toEqual([own.body.uuid])
    expect((await test.get('/azure-data-sync')).body.runs).toHaveLength(2)
  })
})
