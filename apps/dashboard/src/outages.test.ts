import { engineErrors, LedgerUnavailableError } from '@rollcall/engine'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Drill, startDrill } from './test-support/drill.ts'
import { startTestDashboard, type TestDashboard } from './test-support/start-test-dashboard.ts'

const redis = testRedis()
let test: TestDashboard
beforeEach(async () => {
  test = await startTestDashboard({ redisUrl: redis.url })
})
afterEach(() => test.close())

const away = () => Promise.reject(new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE, '(ECONNREFUSED)'))

describe('while Redis is away', () => {
  it('pages and Bull Board’s calls answer 503 with a sentence, the process stays, and all is back with Redis', async () => {
    const browser = await test.loggedIn('operator')
    await redis.kill()
    for (const path of ['/', '/runs', '/queues/']) {
      const answer = await browser.get(path)
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
      expect(answer.page.querySelector('main')?.structuredText).toContain('Redis cannot be reached. Runs are safe in the ledger')
    }
    const call = await browser.call('GET', '/queues/api/queues')
    expect(call.status).toBe(503)
    expect(call.json()).toMatchObject({ code: 'REDIS_UNAVAILABLE', error: expect.stringMatching(/^Redis cannot be reached\./) })
    expect((await browser.get('/login')).status).toBe(200)
    expect((await test.browser().logIn(test.keys.operator)).status).toBe(503)
    expect((await browser.get('/health/live')).status).toBe(200)
    test.clock.moveTo(test.clock.now() + 1_000)
    expect((await browser.get('/health/ready')).json()).toEqual({ status: 'unavailable', database: 'up', redis: 'down' })

    await redis.restart()
    await expect.poll(async () => (await test.browser().logIn(test.keys.operator)).status, { timeout: 10_000 }).toBe(303)
  })
})

describe('while SQL is away', () => {
  it('pages answer 503 with a sentence, sessions stay, and nobody is locked out for trying', async () => {
    let isAway = false
    const { apiKeys, ledger } = test.database
    const failing = await startTestDashboard({
      redisUrl: redis.url,
      deps: {
        apiKeys: { list: apiKeys.list, findActive: (lookup) => (isAway ? away() : apiKeys.findActive(lookup)) },
        ledger: { ...ledger, backlog: () => (isAway ? away() : ledger.backlog()) },
      },
    })
    try {
      const browser = failing.browser()
      expect((await browser.logIn(test.keys.operator)).status).toBe(303)
      isAway = true
      const answer = await browser.get('/')
      expect(answer.status).toBe(503)
      expect(answer.page.querySelector('main')?.structuredText).toContain('The database cannot be reached. (ECONNREFUSED)')
      failing.clock.moveTo(failing.clock.now() + 10_000)
      expect((await browser.call('GET', '/queues/api/queues')).json()).toMatchObject({ code: 'LEDGER_UNAVAILABLE' })
      for (let attempt = 0; attempt < 6; attempt += 1) expect((await failing.browser().logIn(test.keys.operator)).status).toBe(503)
      isAway = false
      expect((await browser.get('/')).status).toBe(200)
      expect((await failing.browser().logIn(test.keys.operator)).status).toBe(303)
    } finally {
      await failing.close()
    }
  })

  it('no run is replayed without its audit row: Bull Board’s retry is 503', async () => {
    const { ledger } = test.database
    const failing = await startTestDashboard({ redisUrl: redis.url, deps: { ledger: { ...ledger, replay: away } } })
    const drill: Drill = startDrill({ redisUrl: redis.url, ...failing })
    try {
      drill.breaks.DRILL.add('1')
      const { uuid, version } = await drill.run('1')
      const browser = await failing.loggedIn('operator')
      const answer = await browser.call('PUT', `/queues/api/queues/drill.DRILL/${uuid}-${version - 1}/retry`)
      expect(answer.status).toBe(503)
      expect((await browser.call('PUT', '/queues/api/queues/drill.DRILL/retry/failed')).json()).toMatchObject({
        code: 'LEDGER_UNAVAILABLE',
      })
      expect(await failing.dispatcher.queues.get('drill.DRILL')?.getFailedCount()).toBe(1)
    } finally {
      await drill.stop()
      await failing.close()
    }
  })
})

describe('a fault of ours', () => {
  it('is told without its words, and logged under the request’s id', async () => {
    const failing = await startTestDashboard({
      redisUrl: redis.url,
      deps: { closures: { list: () => Promise.reject(new Error('something about Елица')) } },
    })
    try {
      const answer = await (await failing.loggedIn('reader')).get('/')
      expect(answer.status).toBe(500)
      expect(answer.body).not.toContain('Елица')
      expect(answer.body).toContain(`INTERNAL_ERROR, request ${answer.headers['x-request-id']}`)
      expect(failing.log()).toContain('"msg":"request failed"')
      expect(failing.log()).not.toContain('Елица')
    } finally {
      await failing.close()
    }
  })
})
