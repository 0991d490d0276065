import { engineErrors } from '@rollcall/engine'
import { testRedis } from '@rollcall/platform/testing'
import { HtmlValidate } from 'html-validate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Drill, startDrill } from './test-support/drill.ts'
import { startTestDashboard, type TestDashboard } from './test-support/start-test-dashboard.ts'

const redis = testRedis()
let test: TestDashboard
let drill: Drill
beforeEach(async () => {
  test = await startTestDashboard({
    redisUrl: redis.url,
    deps: {
      readFleet: async () => ({
        status: 'degraded',
        missing: ['sync'],
        silent: { worker: 'poll', state: 'CANARY_POLL', since: test.clock.now() - 95_000 },
        heartbeats: [{ worker: 'create', instance: 'c1', at: 0, startedAt: 0, jobsInHand: 3, loopLagMs: 1 }],
      }),
    },
  })
  drill = startDrill({ redisUrl: redis.url, ...test })
})
afterEach(async () => {
  await drill.stop()
  await test.close()
})

async function aFleetInTrouble(): Promise<string> {
  drill.breaks.DRILL.add('1')
  const { uuid } = await drill.run('1')
  const row = await test.database.prisma.run.findUniqueOrThrow({ where: { uuid } })
  const waiting = '0199a1f4-5c00-7000-8000-000000000001'
  const since = new Date(test.clock.now() - 7_500_000)
  const live = { uuid: waiting, liveKey: 'drill:9', status: 'polling', state: 'MARK', stateSince: since, dueAt: since, errorCode: null }
  await test.database.prisma.run.create({ data: { ...row, ...live } })
  const closure = { resource: 'graph', errorCode: 'DIRECTORY_FORBIDDEN', cause: 'The directory <refuses> us.', closedBy: 'the line' }
  await test.database.closures.close({ ...closure, closedAt: test.clock.now() - 240_000 }, null)
  return uuid
}

describe('the overview', () => {
  it('shows the backlog with its oldest, what failed in a day, what is closed and who is silent', async () => {
    await aFleetInTrouble()
    const { page } = await (await test.loggedIn('reader')).get('/')
    const section = (name: string) => page.querySelector(`section[aria-labelledby=${name}]`)
    const cells = (name: string) =>
      section(name)
        ?.querySelectorAll('tbody tr')
        .map((row) => row.querySelectorAll('th,td').map((cell) => cell.text.trim()))
    expect(cells('backlog')).toEqual([['drill', 'MARK', 'polling', '1', '2 h 5 min']])
    expect(cells('failures')).toEqual([['drill', 'DRILL_BROKE', '1']])
    expect(cells('closed')).toEqual([
      [
        'graph',
        '4 min',
        'the line',
        'DIRECTORY_FORBIDDEN The directory <refuses> us.',
        expect.stringMatching(/^Grant the application permission/),
      ],
    ])
    expect(
      section('workers')
        ?.querySelectorAll('.bad')
        .map((line) => line.text),
    ).toEqual([
      'worker-sync is missing: no process of it beats.',
      'worker-poll is silent: the canary has been stuck in CANARY_POLL for 1 min 35 s.',
    ])
    expect(page.querySelectorAll('main a').map((link) => link.getAttribute('href'))).toEqual([
      '/runs?process=drill&state=MARK&status=polling',
      '/runs?process=drill&status=failed&errorCode=DRILL_BROKE',
      '/queues/',
    ])
  })

  it('forgets failures after a day', async () => {
    await aFleetInTrouble()
    test.clock.moveTo(test.clock.now() + 86_400_001)
    const { page } = await (await test.loggedIn('reader')).get('/')
    expect(page.querySelector('section[aria-labelledby=failures]')?.structuredText).toContain('None.')
  })
})

describe('every page', () => {
  const validator = new HtmlValidate({
    extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:document'],
    rules: {
      'no-trailing-whitespace': 'off',
      'long-title': 'off',
      'prefer-native-element': 'error',
      'require-sri': 'off',
      'no-inline-style': 'error',
    },
  })

  const faultsOf = async (body: string) =>
    (await validator.validateString(body)).results.flatMap(({ messages }) =>
      messages.map(({ ruleId, line }) => `${ruleId} in line ${line}`),
    )

  it('is held to rules that find a field without a label and an image without words', async () => {
    const page = '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><input name="a"><img src="x"></body></html>'
    expect(await faultsOf(page)).toEqual(expect.arrayContaining(['input-missing-label in line 1', 'wcag/h37 in line 1']))
  })

  it('is valid HTML that everybody can use, and has no script', async () => {
    const uuid = await aFleetInTrouble()
    const operator = await test.loggedIn('operator')
    const nobody = test.browser()
    const answers = [
      await nobody.get('/login'),
      await nobody.logIn({ name: 'nobody', key: 'wrong' }),
      await nobody.get(`/runs/${uuid}`, { 'sec-fetch-site': 'cross-site' }),
      await operator.get('/'),
      await operator.get('/runs'),
      await operator.get('/runs?state=NOWHERE'),
      await operator.get(`/runs/${uuid}?done=replayed`),
      await operator.get('/runs/0199a1f4-5c00-7000-8000-000000000001'),
      await operator.submit({ on: `/runs/${uuid}`, action: `/runs/${uuid}/replay`, fields: { reason: '' } }),
      await operator.get('/logout'),
      await operator.get('/nothing'),
    ]
    for (const { body, page } of answers) {
      const title = page.querySelector('title')?.text ?? ''
      const { results } = await validator.validateString(body)
      expect(
        results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${title}:${line} ${ruleId} ${message}`)),
      ).toEqual([])
      expect(page.querySelectorAll('script, style, [style]'), title).toEqual([])
      expect(page.querySelectorAll('h1'), title).toHaveLength(1)
    }
  })

  it('takes its style from one small file that everybody may have', async () => {
    const { status, headers, body } = await test.browser().get('/assets/console.css')
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'text/css; charset=utf-8' })
    expect(body.length).toBeLessThan(6_000)
    expect(body).not.toMatch(/url\(|@import/)
  })

  it('names a code that it was refused with, and the request', async () => {
    const { body, headers } = await (await test.loggedIn('reader')).get('/runs/nothing')
    expect(body).toContain(`${engineErrors.RUN_NOT_FOUND.code}, request ${headers['x-request-id']}`)
  })
})
