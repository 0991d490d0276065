import { testRedis } from '@rollcall/platform/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startTestApi, type TestApi } from './test-support/start-test-api.ts'

const redis = testRedis()
let server: TestApi
beforeAll(async () => {
  server = await startTestApi({ redisUrl: redis.url, deps: { requestsPerMinute: 3 } })
})
afterAll(() => server.close())

describe('the limits of requests', () => {
  test('hold for each key by itself, and say when to come back', async () => {
    const answers = []
    for (let number = 0; number < 4; number += 1) answers.push(await server.get('/resources', { as: 'reader' }))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
    expect(answers[3]).toMatchObject({
      headers: { 'retry-after': expect.stringMatching(/^[1-9]\d?$/) },
      body: {
        code: 'TOO_MANY_REQUESTS',
        status: 429,
        detail: expect.stringMatching(/^This key may send 3 a minute\. Come back in \d+ s\.$/),
      },
    })
    expect((await server.get('/resources', { as: 'operator' })).status).toBe(200)
  })

  test('leave the health routes alone', async () => {
    for (let number = 0; number < 5; number += 1) expect((await server.get('/health/live', { as: null })).status).toBe(200)
  })

  test('stop an address that guesses at keys before it costs a look into the database', async () => {
    const guess = () => server.get('/resources', { as: null, headers: { 'x-api-key': 'rc_reader_guessed' } })
    const statuses = []
    for (let number = 0; number < 62; number += 1) statuses.push((await guess()).status)
    expect(new Set(statuses.slice(0, 60))).toEqual(new Set([401]))
    expect(statuses.at(-1)).toBe(429)
    expect((await server.get('/resources', { as: 'service' })).status).toBe(429)
  })

  test('let those in whose keys were valid before, although somebody at their address guesses', async () => {
    const other = await startTestApi({ redisUrl: redis.url })
    onTestFinished(() => other.close())
    const ask = () => other.get('/resources', { as: 'operator' })
    expect((await ask()).status).toBe(200)
    const guess = () => other.get('/resources', { as: null, headers: { 'x-api-key': 'rc_reader_guessed' } })
    for (let number = 0; number < 61; number += 1) await guess()
    expect([(await guess()).status, (await ask()).status]).toEqual([429, 200])
    await other.database.prisma.apiKey.updateMany({ data: { revokedAt: new Date(0) } })
    other.clock.moveTo(other.clock.now() + 10_000)
    expect([(await ask()).status, (await ask()).status]).toEqual([401, 429])
  })
})
