import { type AddressInfo, createServer } from 'node:net'
import { startTestApi, type TestApi } from '@rollcall/api/testing'
import { testRedis } from '@rollcall/platform/testing'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { ApiError, ApiUnreachableError } from './api-error.ts'
import { type ApiClient, createClient } from './create-client.ts'

const redis = testRedis()
const student = {
  personId: '0012345678',
  firstName: 'Калина',
  lastName: 'Примерова',
  birthDate: '2014-03-03',
  schoolId: '2902418',
  grade: '5',
  classIds: [],
}

let api: TestApi
let url: string
let upstream: ApiClient
let reader: ApiClient
beforeAll(async () => {
  api = await startTestApi({ redisUrl: redis.url })
  url = await api.api.listen({ host: '127.0.0.1', port: 0 })
  upstream = createClient({ url, apiKey: api.keys.upstream })
  reader = createClient({ url, apiKey: api.keys.reader })
})
afterAll(() => api.close())

describe('the client', () => {
  test('answers what the document promises, typed', async () => {
    const begun = await upstream.post('/student-create', { body: student })
    const { runs, nextCursor } = await reader.get('/azure-data-sync', { params: { query: { personId: student.personId, limit: 5 } } })
    const [run] = runs
    expect(begun).toMatchObject({ uuid: run?.uuid, state: 'RESERVE_USERNAME' })
    expect(nextCursor).toBeNull()
    expectTypeOf(runs[0]?.status).toEqualTypeOf<
      'new' | 'in_progress' | 'polling' | 'waiting' | 'failed' | 'completed' | 'cancelled' | undefined
    >()
    const shown = await reader.get('/azure-data-sync/{uuid}', { params: { path: { uuid: run?.uuid ?? '' } } })
    expect(shown).toMatchObject({ personId: student.personId, objectHistory: [] })
    expectTypeOf(shown.objectHistory[0]?.durationMs).toEqualTypeOf<number | null | undefined>()
  })

  test('throws a refusal with its code, its status and every wrong field', async () => {
    const refused = await upstream.post('/student-create', { body: { ...student, birthDate: 'soon', grade: '' } }).catch((error) => error)
    expect(refused).toBeInstanceOf(ApiError)
    expect(refused).toMatchObject({ status: 422, code: 'INVALID_BODY', detail: '2 fields are wrong.' })
    expect((refused as ApiError).errors.map(({ path }) => path)).toEqual(['birthDate', 'grade'])
  })

  test('says both what is refused in general and what in particular', async () => {
    const stranger = createClient({ url, apiKey: 'rk_r_nobody' })
    await expect(stranger.get('/resources')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ApiError: The request carries no API key that is valid now.]`,
    )
    const path = { name: 'graph' }
    await expect(
      reader.post('/resources/{name}/close', { params: { path }, body: { reason: 'x' } }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ApiError: This API key may not do that. Its role is reader; this needs operator or admin.]`,
    )
  })

  test('tells an API that is not there from one that refuses', async () => {
    const nobody = createClient({ url: `http://127.0.0.1:${await closedPort()}`, apiKey: 'k' })
    const error = await nobody.get('/resources').catch((thrown) => thrown)
    expect(error).toBeInstanceOf(ApiUnreachableError)
    expect((error as Error).message).toMatch(/^The API at http:\/\/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)\.$/)
  })

  test('gives up on an API that does not answer', async () => {
    const never = (request: Request) =>
      new Promise<Response>((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason)))
    const client = createClient({ url: 'http://silent.test', apiKey: 'k', fetch: never, timeoutMs: 20 })
    await expect(client.get('/resources')).rejects.toThrow('The API at http://silent.test did not answer within 0.02 s.')
  })

  test('leaves a request that its caller broke off to its caller', async () => {
    const stop = new AbortController()
    const asked = reader.get('/resources', { signal: stop.signal })
    stop.abort(new Error('Ctrl-C'))
    await expect(asked).rejects.toThrow('Ctrl-C')
  })

  test.each([
    ['a page of something else', new Response('<html>', { headers: { 'content-type': 'text/html' } }), 'answered text/html, not JSON'],
    [
      'a problem that cannot be read',
      new Response('{"code": "\u001b[2J', { status: 500, headers: { 'content-type': 'application/problem+json' } }),
      'answered 500 without a problem document',
    ],
    [
      'a problem without a code',
      new Response('null', { status: 500, headers: { 'content-type': 'application/problem+json' } }),
      'answered 500 without a problem document',
    ],
    ['a proxy’s refusal', new Response('Bad gateway', { status: 502 }), 'answered 502 without a problem document'],
  ])('does not take %s for the API’s answer', async (_, response, why) => {
    const client = createClient({ url: 'http://proxy.test', apiKey: 'k', fetch: async () => response })
    await expect(client.get('/resources')).rejects.toThrow(why)
  })
})

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
