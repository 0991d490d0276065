import { createHash } from 'node:crypto'
import type { ApiRole } from '@rollcall/database'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { student } from './test-support/people.ts'
import { startTestApi, type TestApi } from './test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

async function failures(reason: string): Promise<string | undefined> {
  const { body } = await test.get('/metrics')
  return new RegExp(`rollcall_api_auth_failures_total\\{reason="${reason}"\\} (\\d+)`).exec(body)?.[1]
}

describe('a request', () => {
  it('without a key is 401 before its body is looked at', async () => {
    const answer = await test.post('/student-create', '{"not": json', { as: null })
    expect(answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="rollcall"' },
      body: { code: 'UNAUTHENTICATED', detail: 'Send the key as "Authorization: Bearer <key>" or as "X-API-KEY: <key>".' },
    })
    expect(await failures('no_key')).toBe('1')
  })

  it.each([
    ['Bearer', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['bearer, in small letters', (key: string) => ({ authorization: `bearer ${key}` })],
    ['X-API-KEY', (key: string) => ({ 'x-api-key': key })],
    ['X-API-KEY beside another scheme', (key: string) => ({ 'x-api-key': key, authorization: 'Basic dTpw' })],
  ])('may carry its key as %s', async (_how, headers) => {
    const { status } = await test.post('/student-create', student, { as: null, headers: headers(test.keys.upstream) })
    expect(status).toBe(202)
  })

  it('with a wrong key is 401, and the log knows a prefix of its hash', async () => {
    const key = 'rk_u_a-key-that-nobody-has'
    const answer = await test.post('/student-create', student, { as: null, headers: { 'x-api-key': key } })
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="rollcall", error="invalid_token"' } })
    expect(test.log()).toContain(createHash('sha256').update(key).digest('hex').slice(0, 8))
    expect(test.log()).not.toContain(key)
    expect(await failures('wrong_key')).toBe('1')
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

  it('that the role may not make is 403, and the log knows the key by its name', async () => {
    const answer = await test.post('/student-create', student, { as: 'reader' })
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN', detail: 'Its role is reader; this needs upstream or service or admin.' },
    })
    expect(test.log()).toContain('reader of the tests')
    expect(test.log()).not.toContain(test.keys.reader)
    expect(await failures('forbidden')).toBe('1')
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
