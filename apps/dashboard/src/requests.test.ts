// Which requests are answered at all: by where they come from, and with which headers.
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Browser } from './test-support/browser.ts'
import { startTestDashboard, type TestDashboard } from './test-support/start-test-dashboard.ts'

const redis = testRedis()
let test: TestDashboard
beforeEach(async () => {
  test = await startTestDashboard({ redisUrl: redis.url })
})
afterEach(() => test.close())

const UUID = '0199a1f4-5c00-7000-8000-00000000a001'
const QUEUE = '/queues/api/queues/account-create.POLL_USER_CREATE'

describe('a request that changes something', () => {
  const orders: readonly (readonly [
    string,
    (browser: Browser, headers: Record<string, string | undefined>) => Promise<{ status: number }>,
  ])[] = [
    ['a login', (browser, headers) => browser.submit({ on: '/login', action: '/login', fields: test.keys.operator }, headers)],
    ['a logout', (browser, headers) => browser.submit({ on: '/', action: '/logout' }, headers)],
    ['a replay on the run’s page', (browser, headers) => browser.post(`/runs/${UUID}/replay`, formOf(browser), headers)],
    ['a cancel', (browser, headers) => browser.post(`/runs/${UUID}/cancel`, formOf(browser), headers)],
    ['Bull Board’s retry', (browser, headers) => browser.call('PUT', `${QUEUE}/${UUID}-1/retry`, { headers })],
    ['Bull Board’s retry of all', (browser, headers) => browser.call('PUT', `${QUEUE}/retry/failed`, { headers })],
    ['what Bull Board is refused', (browser, headers) => browser.call('PUT', `${QUEUE}/empty`, { headers })],
  ]

  function formOf(browser: Browser): Record<string, string> {
    return { _csrf: browser.cookies.get('XSRF-TOKEN')?.value ?? '', reason: 'mended', fromState: 'POLL_USER_CREATE', version: '1' }
  }

  const FOREIGN = {
    'from another origin': { origin: 'https://evil.example' },
    'from another port of this machine': { origin: 'http://localhost:5002' },
    'from no page': { origin: undefined, 'sec-fetch-site': undefined },
    'from a page that hides where it is': { origin: 'null' },
    'that the browser calls cross-site': { 'sec-fetch-site': 'cross-site' },
    'that the browser calls same-site': { 'sec-fetch-site': 'same-site' },
  } as const

  describe.each(orders)('%s', (_what, send) => {
    it.each(Object.entries(FOREIGN))('is refused %s', async (_from, headers) => {
      const browser = await test.loggedIn('operator')
      expect((await send(browser, headers)).status).toBe(403)
      expect(await test.database.prisma.auditLog.count({ where: { action: { not: 'dashboard.login' } } })).toBe(0)
    })

    it.each([
      ['as most browsers tell it', {}],
      ['as old ones do', { 'sec-fetch-site': undefined }],
      ['as those that leave the origin out', { origin: undefined }],
    ])('is not refused as foreign from its own page, %s', async (_how, headers) => {
      const browser = await test.loggedIn('operator')
      const { status, body = '' } = (await send(browser, headers)) as { status: number; body?: string }
      expect(status).not.toBe(401)
      expect(body).not.toContain('FOREIGN_REQUEST')
    })
  })

  it('is refused with the token of another session', async () => {
    const [mine, other] = [await test.loggedIn('operator'), await test.loggedIn('operator')]
    const token = other.cookies.get('XSRF-TOKEN')?.value ?? ''
    const call = await mine.call('PUT', `${QUEUE}/retry/failed`, { headers: { 'x-xsrf-token': token } })
    expect(call.status).toBe(403)
    expect(call.json()).toMatchObject({ code: 'FOREIGN_REQUEST', error: 'The request does not come from a page of this dashboard.' })
    expect((await mine.post('/logout', { _csrf: token })).status).toBe(403)
    expect((await mine.post('/logout', {})).status).toBe(403)
    expect((await mine.get('/')).status).toBe(200)
  })

  it('is refused at the login with the token of another browser', async () => {
    const [mine, other] = [test.browser(), test.browser()]
    await mine.get('/login')
    const { page } = await other.get('/login')
    const token = page.querySelector('input[name=_csrf]')?.getAttribute('value') ?? ''
    const { name, key } = test.keys.operator
    const answer = await mine.post('/login', { name, key, _csrf: token })
    expect(answer.status).toBe(403)
    expect(mine.cookies.has('rollcall')).toBe(false)
  })
})

describe('without a public address', () => {
  it.each(['rollcall.example', 'evil.example:5001', '10.0.0.7:5001', 'localhost.evil.example'])(
    'the host %s is not served',
    async (host) => {
      expect((await test.browser().get('/login', { host })).status).toBe(421)
    },
  )

  it.each(['localhost', 'localhost:5001', '127.0.0.1:5001', '[::1]:5001'])('the host %s is', async (host) => {
    expect((await test.browser().get('/login', { host })).status).toBe(200)
  })

  it('health is told under any name, and without a login', async () => {
    const { status, body } = await test.browser().get('/health/live', { host: '10.0.0.7:5001' })
    expect({ status, body }).toEqual({ status: 200, body: '{"status":"live"}' })
    expect(await test.browser().get('/health/ready', { host: '10.0.0.7:5001' })).toMatchObject({
      status: 200,
      body: '{"status":"ready","database":"up","redis":"up"}',
    })
  })

  it('cookies are HttpOnly and SameSite=Strict, and not Secure: there is no TLS on loopback', async () => {
    const { cookies } = await test.loggedIn('reader')
    expect(cookies.get('rollcall')?.attributes).toEqual(['Path=/', 'HttpOnly', 'SameSite=Strict'])
    expect(cookies.get('XSRF-TOKEN')?.attributes).toEqual(['Path=/', 'SameSite=Strict'])
  })
})

describe('behind TLS', () => {
  let behind: TestDashboard
  beforeEach(async () => {
    behind = await startTestDashboard({ redisUrl: redis.url, publicUrl: 'https://rollcall.example' })
  })
  afterEach(() => behind.close())

  it('cookies are Secure and bound to the host by their names', async () => {
    const { cookies } = await behind.loggedIn('operator')
    expect([...cookies.keys()]).toEqual(['__Host-rollcall', 'XSRF-TOKEN'])
    expect(cookies.get('__Host-rollcall')?.attributes).toEqual(['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict'])
  })

  it('browsers are told to stay with TLS', async () => {
    expect((await behind.browser().get('/login')).headers['strict-transport-security']).toBe('max-age=31536000')
    expect((await test.browser().get('/login')).headers).not.toHaveProperty('strict-transport-security')
  })

  it('only the public address is its own, whatever host the proxy names', async () => {
    const browser = behind.browser()
    const { name, key } = behind.keys.reader
    const form = { on: '/login', action: '/login', fields: { name, key } }
    expect((await browser.submit(form, { origin: 'http://localhost:5001', host: 'localhost:5001' })).status).toBe(403)
    expect((await browser.submit(form, { host: 'dashboard:5001' })).status).toBe(303)
  })
})

describe('every answer', () => {
  const PATHS = ['/login', '/', '/runs', '/nothing-here', '/queues/', '/queues/api/queues', '/health/live'] as const

  it.each(PATHS)('of %s forbids framing, foreign content, inline scripts, sniffing and keeping', async (path) => {
    const { headers } = await (await test.loggedIn('reader')).get(path)
    const csp = String(headers['content-security-policy'])
    expect(csp).toContain("default-src 'none'")
    expect(csp).toContain("frame-ancestors 'none'")
    expect(csp).not.toMatch(/script-src[^;]*(unsafe|\*|https?:|data:)/)
    expect(csp).not.toMatch(/https?:|\*/)
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(headers).not.toHaveProperty('x-powered-by')
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('lets our own pages run no script, and Bull Board’s only its files', async () => {
    const browser = await test.loggedIn('reader')
    expect((await browser.get('/')).headers['content-security-policy']).toBe(
      "default-src 'none';frame-ancestors 'none';img-src 'self';style-src 'self';form-action 'self';base-uri 'none'",
    )
    expect((await browser.get('/queues/')).headers['content-security-policy']).toBe(
      "default-src 'none';frame-ancestors 'none';img-src 'self' data:;script-src 'self';worker-src 'self';connect-src 'self';style-src 'self' 'unsafe-inline';form-action 'none';base-uri 'self'",
    )
  })
})
