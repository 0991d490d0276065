import { createHash } from 'node:crypto'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestDashboard, type TestDashboard } from './test-support/start-test-dashboard.ts'

const MINUTE = 60_000
const redis = testRedis()
let test: TestDashboard
beforeEach(async () => {
  test = await startTestDashboard({ redisUrl: redis.url })
})
afterEach(() => test.close())

const waitFor = (ms: number) => test.clock.moveTo(test.clock.now() + ms)
const auditRows = async (action: string) => test.database.prisma.auditLog.findMany({ where: { action }, orderBy: { id: 'asc' } })

describe('logging in', () => {
  it.each(['reader', 'operator', 'admin'] as const)('opens the dashboard for a key of the role %s, and is audited', async (role) => {
    const browser = await test.loggedIn(role)
    const overview = await browser.get('/')
    expect(overview).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(overview.page.querySelector('h1')?.text).toBe('Overview')
    expect(overview.page.querySelector('.who p')?.text).toBe(`${role} of the tests (${role})`)
    expect(await auditRows('dashboard.login')).toMatchObject([
      { actor: `${role} of the tests`, targetType: 'apiKey', targetId: test.keys[role].id, reason: 'logged in to the dashboard' },
    ])
  })

  it.each(['upstream', 'service'] as const)('is refused to a key of the role %s', async (role) => {
    const browser = test.browser()
    const answer = await browser.logIn(test.keys[role])
    expect(answer.status).toBe(403)
    expect(answer.page.querySelector('[role=alert]')?.text).toContain('Keys of this role belong to programs and do not open the dashboard.')
    expect((await browser.get('/')).status).toBe(303)
  })

  it('leads on to the page that was asked for, and to no other server', async () => {
    const browser = test.browser()
    const asked = await browser.get('/runs?status=failed')
    expect(asked).toMatchObject({ status: 303, headers: { location: '/login?next=%2Fruns%3Fstatus%3Dfailed' } })
    const { name, key } = test.keys.reader
    expect((await browser.logIn({ name, key, next: '/runs?status=failed' })).headers.location).toBe('/runs?status=failed')
    const elsewhere = [
      '//evil.example/',
      '/\\evil.example',
      'https://evil.example/',
      '/\t/evil.example',
      '/.//evil.example',
      '/x/..//evil.example',
    ]
    for (const next of [...elsewhere, '/%2e//evil.example', '/./\\evil.example']) {
      expect((await test.browser().logIn({ name, key, next })).headers.location, next).toBe('/')
    }
  })

  it('takes the name and the key together: another key’s name does not do', async () => {
    const { name } = test.keys.admin
    expect(await test.browser().logIn({ name, key: test.keys.reader.key })).toMatchObject({ status: 401 })
  })

  it('keeps a session that was open before from going on', async () => {
    const browser = await test.loggedIn('reader')
    const former = browser.cookies.get('rollcall')?.value ?? ''
    await browser.logIn(test.keys.operator)
    expect(browser.cookies.get('rollcall')?.value).not.toBe(former)
    const old = test.browser()
    old.cookies.set('rollcall', { value: former, attributes: [] })
    expect((await old.get('/')).status).toBe(303)
  })

  it('stores the session under a hash of what the cookie holds, and no key at all', async () => {
    const browser = await test.loggedIn('operator')
    const id = browser.cookies.get('rollcall')?.value ?? ''
    expect(Buffer.from(id, 'base64url')).toHaveLength(32)
    const stored = await test.connection.keys(`{${test.namespace}:dashboard}:session:*`)
    expect(stored).toEqual([`{${test.namespace}:dashboard}:session:${createHash('sha256').update(id).digest('hex')}`])
    const content = await test.connection.get(stored[0] ?? '')
    expect(content).not.toContain(test.keys.operator.key)
    expect(content).not.toContain(id)
  })
})

describe('a wrong login', () => {
  it('is answered alike whether the name exists or not', async () => {
    const known = await test.browser().logIn({ name: test.keys.operator.name, key: 'rk_o_wrong' })
    const unknown = await test.browser().logIn({ name: 'nobody at all', key: 'rk_o_wrong' })
    expect(known.status).toBe(401)
    expect(unknown.status).toBe(known.status)
    const alert = (answer: typeof known) => answer.page.querySelector('[role=alert]')?.text
    expect(alert(unknown)).toBe(alert(known))
    expect(alert(known)).toMatch(/^This name and key do not open the dashboard\./)
    expect(Object.keys(unknown.headers)).toEqual(Object.keys(known.headers))
  })

  it('is logged with the name only if a key has that name: it may be a key in the wrong field', async () => {
    await test.browser().logIn({ name: test.keys.operator.name, key: 'rk_o_wrong' })
    await test.browser().logIn({ name: test.keys.operator.key, key: 'rk_o_wrong' })
    expect(test.log()).toContain('"operator":"operator of the tests","address":"127.0.0.1","msg":"a login failed"')
    expect(test.log()).toContain('"operator":"unknown","address":"127.0.0.1","msg":"a login failed"')
    expect(test.log()).not.toContain(test.keys.operator.key)
    expect(test.log()).not.toContain('rk_o_wrong')
  })

  it('locks the name at the fifth time, for the right key, too, and for a quarter of an hour', async () => {
    const { name, key } = test.keys.operator
    for (let wrong = 0; wrong < 5; wrong += 1) expect((await test.browser().logIn({ name, key: 'wrong' })).status).toBe(401)
    const locked = await test.browser().logIn({ name, key })
    expect(locked.status).toBe(429)
    expect(locked.page.querySelector('[role=alert]')?.text).toContain('There were too many wrong tries.')
    expect(await auditRows('dashboard.lockout')).toMatchObject([
      { actor: name, targetType: 'apiKeyName', targetId: name, reason: '5 wrong tries to log in within 15 minutes' },
    ])
    waitFor(15 * MINUTE - 1)
    expect((await test.browser().logIn({ name, key })).status).toBe(429)
    waitFor(1)
    expect((await test.browser().logIn({ name, key })).status).toBe(303)
  })

  it('locks a name that does not exist alike, and does not keep it', async () => {
    for (let wrong = 0; wrong < 5; wrong += 1) await test.browser().logIn({ name: 'ghost', key: 'wrong' })
    expect((await test.browser().logIn({ name: 'ghost', key: 'wrong' })).status).toBe(429)
    const rows = await auditRows('dashboard.lockout')
    expect(rows).toMatchObject([{ actor: 'unknown', targetId: 'unknown' }])
    expect(JSON.stringify(rows) + test.log() + (await test.connection.keys(`{${test.namespace}*`)).join()).not.toContain('ghost')
  })

  it('locks the address at the twentieth time, whatever the names', async () => {
    for (let wrong = 0; wrong < 20; wrong += 1) await test.browser().logIn({ name: `ghost ${wrong}`, key: 'wrong' })
    expect((await test.browser().logIn(test.keys.admin)).status).toBe(429)
    expect(await auditRows('dashboard.lockout')).toMatchObject([{ targetType: 'address', targetId: '127.0.0.1' }])
  })

  it('counts for fifteen minutes, and a right one starts the name anew', async () => {
    const { name, key } = test.keys.operator
    for (let wrong = 0; wrong < 4; wrong += 1) await test.browser().logIn({ name, key: 'wrong' })
    expect((await test.browser().logIn({ name, key })).status).toBe(303)
    for (let wrong = 0; wrong < 4; wrong += 1) await test.browser().logIn({ name, key: 'wrong' })
    waitFor(15 * MINUTE)
    for (let wrong = 0; wrong < 4; wrong += 1) expect((await test.browser().logIn({ name, key: 'wrong' })).status).toBe(401)
    expect((await test.browser().logIn({ name, key })).status).toBe(303)
  })

  it('gets no further when many are sent at once', async () => {
    const { name } = test.keys.operator
    const answers = await Promise.all(Array.from({ length: 12 }, () => test.browser().logIn({ name, key: 'wrong' })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(5).fill(401), ...Array(7).fill(429)])
  })

  it.each([
    ['without a name', { name: '' }],
    ['without a key', { key: '' }],
    ['with a name that is too long', { name: 'x'.repeat(101) }],
  ])('%s is refused and not counted', async (_how, fields) => {
    const answer = await test.browser().submit({ on: '/login', action: '/login', fields: { ...{ name: 'x', key: 'y' }, ...fields } })
    expect(answer.status).toBe(401)
    expect(await test.connection.keys(`{${test.namespace}:dashboard}:tries:*`)).toEqual([])
  })
})

describe('a session', () => {
  it('ends half an hour after the last page, which Bull Board’s own asking does not put off', async () => {
    const browser = await test.loggedIn('reader')
    waitFor(29 * MINUTE)
    expect((await browser.get('/')).status).toBe(200)
    waitFor(29 * MINUTE)
    expect((await browser.call('GET', '/queues/api/queues')).status).toBe(200)
    waitFor(MINUTE)
    expect(await browser.get('/')).toMatchObject({ status: 303, headers: { location: '/login' } })
  })

  it('ends eight hours after its login, however busy', async () => {
    const browser = await test.loggedIn('reader')
    for (let quarter = 0; quarter < 31; quarter += 1) {
      waitFor(15 * MINUTE)
      expect((await browser.get('/')).status).toBe(200)
    }
    waitFor(15 * MINUTE)
    expect((await browser.get('/')).status).toBe(303)
    expect(await test.connection.keys(`{${test.namespace}:dashboard}:session:*`)).toEqual([])
  })

  it('ends with its key within ten seconds', async () => {
    const browser = await test.loggedIn('operator')
    await test.database.apiKeys.revoke({ id: test.keys.operator.id, at: test.clock.now(), audit: null })
    waitFor(10_000)
    expect((await browser.get('/')).status).toBe(303)
    expect(await test.connection.keys(`{${test.namespace}:dashboard}:session:*`)).toEqual([])
  })

  it('ends at once when its operator logs out, which is audited', async () => {
    const browser = await test.loggedIn('operator')
    const cookie = browser.cookies.get('rollcall') ?? { value: '', attributes: [] }
    const answer = await browser.submit({ on: '/logout', action: '/logout' })
    expect(answer).toMatchObject({ status: 303, headers: { location: '/login' } })
    expect([...browser.cookies.keys()]).not.toContain('rollcall')
    browser.cookies.set('rollcall', cookie)
    expect((await browser.get('/')).status).toBe(303)
    expect(await auditRows('dashboard.logout')).toMatchObject([{ actor: 'operator of the tests', targetId: test.keys.operator.id }])
  })

  it('is told from a page and from Bull Board’s asking: one leads to the login, the other is 401', async () => {
    const browser = test.browser()
    expect(await browser.get('/queues/')).toMatchObject({ status: 303, headers: { location: '/login?next=%2Fqueues%2F' } })
    const asked = await browser.call('GET', '/queues/api/queues')
    expect(asked.status).toBe(401)
    expect(asked.json()).toEqual({
      code: 'NOT_LOGGED_IN',
      error: 'Nobody is logged in, or the session has ended.',
      message: 'Load the page again and log in.',
    })
  })

  it('is found again after a link from elsewhere, with which browsers send no cookie', async () => {
    const browser = await test.loggedIn('reader')
    const uuid = '0199a1f4-5c00-7000-8000-00000000a001'
    const first = await test.browser().get(`/runs/${uuid}`, { 'sec-fetch-site': 'cross-site' })
    expect(first.status).toBe(200)
    expect(first.page.querySelector('meta[http-equiv=refresh]')?.getAttribute('content')).toBe(`0; url=/runs/${uuid}`)
    expect((await browser.get('/', { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })
})
