import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestService, type TestService } from './test-support/start-test-service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

const VIEW = ['organizationName', 'registrationId', 'registrationNumber', 'status', 'updatedAt', 'userId', 'version']

describe('the paths of the seed', () => {
  test('GET /api/registrations/number/:regNumber/status answers number, status and name, and what we add', async () => {
    const { registrationId } = await service.register({ registrationNumber: 'ETH-2024-00017', userId: 'u-17', status: 'approved' })
    const { body, status } = await service.get('/api/registrations/number/ETH-2024-00017/status')
    expect(status).toBe(200)
    expect(body).toEqual({
      success: true,
      data: {
        registrationNumber: 'ETH-2024-00017',
        status: 'approved',
        organizationName: 'Hill Farm Co-operative',
        registrationId,
        userId: 'u-17',
        version: 1,
        updatedAt: '2026-09-01T08:00:00.000Z',
      },
    })
  })

  test('GET /api/registrations/user/:userId answers a draft, too, which has no number yet', async () => {
    await service.register({ userId: 'u-draft', registrationNumber: null, status: 'draft' })
    const { body, status } = await service.get('/api/registrations/user/u-draft')
    expect([status, body.success, body.data.status, body.data.registrationNumber]).toEqual([200, true, 'draft', null])
    expect(Object.keys(body.data).toSorted()).toEqual(VIEW)
  })

  test('POST /api/registrations/batch/status answers each key in its place, numbers first', async () => {
    const one = await service.register({ registrationNumber: 'B-1', userId: 'b-1' })
    const two = await service.register({ registrationNumber: 'B-2', userId: 'b-2' })
    const body = { userIds: ['b-2', 'nobody'], registrationNumbers: ['B-9', 'B-1'] }
    const answer = await service.post('/api/registrations/batch/status', body)
    expect(answer).toMatchObject({
      status: 200,
      body: {
        success: true,
        data: [
          { result: 'notFound', asked: { registrationNumber: 'B-9' } },
          { ...one, result: 'found', asked: { registrationNumber: 'B-1' } },
          { ...two, result: 'found', asked: { userId: 'b-2' } },
          { result: 'notFound', asked: { userId: 'nobody' } },
        ],
      },
    })
  })

  test.each(['curl', 'Bearer', 'X-API-KEY'])('are there over real HTTP for whoever comes like %s', async (how) => {
    const { app, keys } = service
    if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const key = how === 'X-API-KEY' ? { 'X-API-KEY': keys.service } : { Authorization: `Bearer ${keys.service}` }
    const headers = {
      ...key,
      ...(how === 'curl' && { 'X-Service-Request': 'auth-system-sync', 'Cache-Control': 'no-cache', Pragma: 'no-cache' }),
    }
    await service.register({ registrationNumber: `C/${how} 1`, userId: `c-${how}` })
    const path = `/api/registrations/number/${encodeURIComponent(`C/${how} 1`)}/status?_cb=1764000000000`
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
    expect(await answer.json()).toMatchObject({ success: true, data: { registrationNumber: `C/${how} 1`, userId: `c-${how}` } })
  })

  test('a word that nobody has heard of is a status like any other', async () => {
    await service.register({ registrationNumber: 'N-1', status: 'renewal_due' })
    expect((await service.get('/api/registrations/number/N-1/status')).body.data.status).toBe('renewal_due')
  })
})

describe('what is not there once', () => {
  test.each([
    '/api/registrations/number/none/status',
    '/api/registrations/user/none',
    '/api/registrations/00000000-0000-4000-8000-000000000000',
  ])('GET %s is 404', async (path) => {
    const { body, headers, status } = await service.get(path)
    expect([status, body.code, headers['content-type']]).toEqual([404, 'REGISTRATION_NOT_FOUND', 'application/problem+json; charset=utf-8'])
  })

  test('a number of two registrations, and a user with two, are 409 that names them', async () => {
    const twice = [
      await service.register({ registrationNumber: 'D-1', userId: 'd-1' }),
      await service.register({ registrationNumber: 'D-1', userId: 'd-1' }),
    ]
    const ids = twice.map(({ registrationId }) => registrationId).toSorted()
    for (const path of ['/api/registrations/number/D-1/status', '/api/registrations/user/d-1']) {
      const { body, status } = await service.get(path)
      expect([status, body.code, body.detail]).toEqual([409, 'REGISTRATION_AMBIGUOUS', `2 have it: ${ids.join(', ')}.`])
    }
    const batch = await service.post('/api/registrations/batch/status', { registrationNumbers: ['D-1'], userIds: ['d-1'] })
    expect(batch.body.data).toEqual([
      { result: 'several', asked: { registrationNumber: 'D-1' }, registrationIds: ids },
      { result: 'several', asked: { userId: 'd-1' }, registrationIds: ids },
    ])
  })
})

describe('a batch', () => {
  const keys = (count: number, prefix = 'k') => Array.from({ length: count }, (_, index) => `${prefix}-${index}`)

  test('may ask for a hundred keys, in one statement per kind, and for no more', async () => {
    service.statements.length = 0
    const full = { registrationNumbers: keys(60), userIds: keys(40) }
    const answer = await service.post('/api/registrations/batch/status', full)
    expect([answer.status, answer.body.data.length]).toEqual([200, 100])
    expect(service.statements.filter((sql) => sql.includes('Registration'))).toHaveLength(2)
    const tooMany = await service.post('/api/registrations/batch/status', { ...full, userIds: keys(41) })
    expect([tooMany.status, tooMany.body.code]).toEqual([422, 'INVALID_BODY'])
  })

  test('answers a key as often as it is asked for', async () => {
    const answer = await service.post('/api/registrations/batch/status', { userIds: ['x', 'x'] })
    expect(answer.body.data).toHaveLength(2)
  })

  test('may be as large as a hundred keys can be', async () => {
    const long = keys(100, '€'.repeat(58))
    expect((await service.post('/api/registrations/batch/status', { registrationNumbers: long })).status).toBe(200)
  })

  test.each<[string, unknown, number, string]>([
    ['nothing', {}, 422, 'INVALID_BODY'],
    ['no keys', { registrationNumbers: [], userIds: [] }, 422, 'INVALID_BODY'],
    ['a single key instead of a list', { userIds: 'u-1' }, 422, 'INVALID_BODY'],
    ['a number instead of a text', { userIds: [1] }, 422, 'INVALID_BODY'],
    ['an empty key', { userIds: [''] }, 422, 'INVALID_BODY'],
    ['a blank key', { registrationNumbers: ['  '] }, 422, 'INVALID_BODY'],
    ['a key that is too long', { registrationNumbers: ['x'.repeat(65)] }, 422, 'INVALID_BODY'],
    ['a control character', { userIds: ['a\u0000b'] }, 422, 'INVALID_BODY'],
    ['half a character', '{"userIds":["\\ud800"]}', 422, 'INVALID_BODY'],
    ['an unknown field', { userIds: ['a'], numbers: [] }, 422, 'INVALID_BODY'],
    ['a list', ['a'], 422, 'INVALID_BODY'],
    ['no JSON', '{"userIds":[', 400, 'MALFORMED_JSON'],
    ['a name twice', '{"userIds":["a"],"userIds":["b"]}', 400, 'MALFORMED_JSON'],
    ['too much', JSON.stringify({ userIds: ['x'.repeat(200_000)] }), 413, 'BODY_TOO_LARGE'],
  ])('is refused with %s, and told why', async (_what, body, status, code) => {
    const answer = await service.post('/api/registrations/batch/status', body)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(answer.body.success).toBeUndefined()
  })
})

describe('whoever asks', () => {
  const PATHS = ['/api/registrations/number/ETH-2024-00017/status', '/api/registrations/user/u-17']

  test.each(PATHS)('defect 14: GET %s is 401 with only the header that everybody can set', async (path) => {
    const { body, headers, status } = await service.get(path, { as: null, headers: { 'x-service-request': 'auth-system-sync' } })
    expect([status, body.code]).toEqual([401, 'UNAUTHENTICATED'])
    expect(headers['www-authenticate']).toBe('Bearer realm="rollcall"')
  })

  test('defect 14: the batch is 401 with only that header, and with a key that was made up', async () => {
    for (const headers of [{ 'x-service-request': 'auth-system-sync' }, { authorization: 'Bearer rk_s_made-up' }]) {
      const { status } = await service.post('/api/registrations/batch/status', { userIds: ['a'] }, { as: null, headers })
      expect(status).toBe(401)
    }
  })

  test.each(['upstream', 'reader'] as const)('is 403 with a key of the role %s', async (as) => {
    expect((await service.get(`${PATHS[1]}`, { as })).status).toBe(403)
  })

  test('changes nothing with a key of the role service', async () => {
    const { registrationId } = await service.register()
    const change = { status: 'approved', version: 1 }
    expect((await service.patch(`/api/registrations/${registrationId}`, change, { as: 'service' })).status).toBe(403)
    expect((await service.post('/api/registrations', { userId: 'x', organizationName: 'X' }, { as: 'service' })).status).toBe(403)
  })

  test('cannot make the service fail where that was not allowed when it was started', async () => {
    expect((await service.put('/faults', { mode: 'down' })).status).toBe(404)
  })
})

describe('an answer that is kept', () => {
  test('defect 19: is never older than the registration: nothing may store it, and the ETag follows every change', async () => {
    const { registrationId } = await service.register({ registrationNumber: 'E-1', userId: 'e-1' })
    const path = '/api/registrations/number/E-1/status'
    const first = await service.get(path)
    expect(first.headers).toMatchObject({ 'cache-control': 'no-store', etag: `"${registrationId}.1"` })
    const headers = { 'if-none-match': `W/"other", ${first.headers.etag}` }
    const again = await service.get(path, { headers })
    expect([again.status, again.body, again.headers.etag]).toEqual([304, '', first.headers.etag])
    await service.patch(`/api/registrations/${registrationId}`, { status: 'approved', version: 1 })
    const after = await service.get(path, { headers })
    expect([after.status, after.body.data.status, after.headers.etag]).toEqual([200, 'approved', `"${registrationId}.2"`])
  })

  test('is not taken for that of another registration which has the number today', async () => {
    const before = await service.register({ registrationNumber: 'E-2' })
    const { headers } = await service.get('/api/registrations/number/E-2/status')
    await service.patch(`/api/registrations/${before.registrationId}`, { registrationNumber: null, version: 1 })
    const now = await service.register({ registrationNumber: 'E-2', status: 'rejected' })
    const answer = await service.get('/api/registrations/number/E-2/status', { headers: { 'if-none-match': String(headers.etag) } })
    expect([answer.status, answer.body.data.registrationId, answer.body.data.version]).toEqual([200, now.registrationId, before.version])
  })

  test('is not made of a batch or of a refusal either', async () => {
    const batch = await service.post('/api/registrations/batch/status', { userIds: ['a'] })
    const refused = await service.get('/api/registrations/user/none')
    for (const { headers } of [batch, refused]) expect(headers['cache-control']).toBe('no-store')
  })
})

describe('those who watch', () => {
  test('see that it lives and that it reaches its database, without a key', async () => {
    expect((await service.get('/health/live', { as: null })).body).toEqual({ status: 'live' })
    expect((await service.get('/health/ready', { as: null })).body).toEqual({ status: 'ready', database: 'up' })
  })

  test('see that it does not reach its database', async () => {
    const other = await startTestService({ ping: () => Promise.reject(new Error('gone')) })
    const { body, status } = await other.get('/health/ready', { as: null })
    await other.close()
    expect([status, body]).toEqual([503, { status: 'unavailable', database: 'down' }])
  })

  test('read what it counts with a key', async () => {
    expect((await service.get('/metrics', { as: null })).status).toBe(401)
    const { body } = await service.get('/metrics', { as: 'reader' })
    expect(body).toContain('rollcall_api_request_seconds_count{method="POST",route="/api/registrations/batch/status",status="200"}')
  })
})

test('neither a key nor the name of an organisation nor a number gets into the log', async () => {
  await service.register({ registrationNumber: 'SECRET-7', organizationName: 'Riverside Bakery' })
  await service.get('/api/registrations/number/SECRET-7/status')
  await service.get('/api/registrations/number/SECRET-8/status', { headers: { authorization: 'Bearer rk_s_found-lying-about' } })
  const log = service.log()
  expect(log).toContain('/api/registrations/number/:regNumber/status')
  for (const secret of ['Riverside', 'Hill Farm', 'SECRET-', 'found-lying-about', ...Object.values(service.keys)])
    expect(log).not.toContain(secret)
})
