import { createRequire } from 'node:module'
import { testRedis } from '@rollcall/platform/testing'
import { parse } from 'node-html-parser'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Drill, startDrill } from '../test-support/drill.ts'
import { startTestDashboard, type TestDashboard } from '../test-support/start-test-dashboard.ts'
import { BOARD_RULES } from './board-policy.ts'

interface BoardRoute {
  readonly method: string | readonly string[]
  readonly route: string | readonly string[]
}
/** Bull Board's own list, as it is installed. */
const { appRoutes }: { appRoutes: { api: readonly BoardRoute[] } } = createRequire(import.meta.url)('@bull-board/api/dist/routes.js')
const routes = appRoutes.api.flatMap(({ method, route }) =>
  [method].flat().flatMap((one) => [route].flat().map((path) => ({ method: one.toUpperCase(), path }))),
)

const redis = testRedis()
let test: TestDashboard
let drill: Drill
beforeEach(async () => {
  test = await startTestDashboard({ redisUrl: redis.url })
  drill = startDrill({ redisUrl: redis.url, ...test })
})
afterEach(async () => {
  await drill.stop()
  await test.close()
})

const API = '/queues/api/queues/drill.DRILL'
const auditOf = (targetId: string) => test.database.audit.list({ targetType: 'run', targetId, limit: 10 })
const failedJobs = async (state = 'DRILL') => (await test.dispatcher.queues.get(`drill.${state}`)?.getFailed(0, 600)) ?? []
const everyQueue = async () =>
  Promise.all([...test.dispatcher.queues.values()].map(async (queue) => [queue.name, await queue.isPaused(), await queue.getJobCounts()]))

async function failed(hole: string): Promise<{ uuid: string; jobId: string; version: number }> {
  drill.breaks.DRILL.add(hole)
  const { uuid, status, version } = await drill.run(hole)
  expect(status).toBe('failed')
  drill.breaks.DRILL.delete(hole)
  return { uuid, jobId: `${uuid}-${version - 1}`, version }
}

describe('Bull Board’s routes', () => {
  it('are all judged: a new release with another one fails here, and it is refused until somebody has judged it', () => {
    const declared = routes.map(({ method, path }) => `${method} ${path}`)
    expect(Object.keys(BOARD_RULES).toSorted()).toEqual(declared.toSorted())
  })

  it('that only look are those that are asked with GET', () => {
    const looks = Object.entries(BOARD_RULES).filter(([, { kind }]) => kind === 'look')
    expect(looks.filter(([route]) => !route.startsWith('GET '))).toEqual([])
    expect(Object.keys(BOARD_RULES).filter((route) => route.startsWith('GET '))).toHaveLength(looks.length)
  })

  const changing = routes.filter(({ method }) => method !== 'GET')
  it.each(changing)('$method $path is refused to a reader', async ({ method, path }) => {
    const { jobId } = await failed('1')
    const before = await everyQueue()
    const answer = await (await test.loggedIn('reader')).call(verb(method), addressOf(path, jobId), { body: {} })
    expect(answer.status).toBe(403)
    expect(answer.json()).toMatchObject({ code: 'ROLE_REFUSED', error: 'The role of this key may look, and change nothing.' })
    expect(await everyQueue()).toEqual(before)
  })

  const dangerous = changing.filter(({ method, path }) => BOARD_RULES[`${method} ${path}`]?.kind === 'refuse')
  it.each(dangerous)('$method $path is refused to an operator, with the reason, and touches no queue', async ({ method, path }) => {
    const { jobId } = await failed('1')
    const before = await everyQueue()
    const answer = await (await test.loggedIn('operator')).call(verb(method), addressOf(path, jobId), {
      body: { name: 'DRILL', data: {}, force: true, concurrency: 1, max: 1, duration: 1, delay: 1, priority: 1, pattern: '* * * * *' },
    })
    expect(answer.status).toBe(403)
    expect(answer.json()).toMatchObject({ code: 'ACTION_REFUSED', error: 'Rollcall does not do this from Bull Board.' })
    expect(answer.json().message).toMatch(/\w{20}|\w+ \w+ \w+/)
    expect(await everyQueue()).toEqual(before)
  })

  function verb(method: string) {
    if (method === 'PUT' || method === 'POST' || method === 'PATCH') return method
    throw new Error(`Bull Board has a route with ${method}; the test's browser cannot send it.`)
  }

  function addressOf(path: string, jobId: string): string {
    const values: Record<string, string> = { queueName: 'drill.DRILL', jobId, queueStatus: 'failed', schedulerId: 'x' }
    return `/queues${path.replace(/:(\w+)/g, (_whole, name: string) => values[name] ?? name)}`
  }
})

describe('the queues', () => {
  it('are those of every process, each job with a link to its run and nothing but ids', async () => {
    const { uuid, jobId, version } = await failed('1')
    const browser = await test.loggedIn('reader')
    const { queues } = (await browser.call('GET', '/queues/api/queues?activeQueue=drill.DRILL&status=failed')).json()
    expect(queues.map(({ name }: { name: string }) => name).toSorted()).toEqual([...test.dispatcher.queues.keys()].toSorted())
    const shown = queues.find(({ name }: { name: string }) => name === 'drill.DRILL')
    expect(shown.jobs).toMatchObject([
      {
        id: jobId,
        data: { uuid, version: version - 1 },
        failedReason: 'DRILL_BROKE: The drill bit broke.',
        externalUrl: { displayText: 'Run', href: `/runs/${uuid}` },
      },
    ])
    expect(JSON.stringify(queues)).not.toMatch(/Примерова|Елица/)
    expect((await browser.call('GET', `${API}/${jobId}`)).json()).toMatchObject({ status: 'failed', job: { id: jobId } })
    expect((await browser.call('GET', `${API}/${jobId}/logs`)).status).toBe(200)
    expect((await browser.call('GET', `${API}/${jobId}/flow`)).json()).toMatchObject({ isFlowNode: false })
  })

  it('show their buttons to operators only', async () => {
    const modes = async (role: 'reader' | 'operator') => {
      const { queues } = (await (await test.loggedIn(role)).call('GET', '/queues/api/queues')).json()
      const { readOnlyMode, allowRetries, allowCompletedRetries } = queues[0]
      return { readOnlyMode, allowRetries, allowCompletedRetries }
    }
    expect(await modes('reader')).toEqual({ readOnlyMode: true, allowRetries: false, allowCompletedRetries: false })
    expect(await modes('operator')).toEqual({ readOnlyMode: false, allowRetries: true, allowCompletedRetries: false })
  })

  it('keep what Redis says of itself to themselves', async () => {
    expect((await (await test.loggedIn('operator')).call('GET', '/queues/api/redis/stats')).status).toBe(403)
  })
})

describe('retry', () => {
  it('replays the run under the operator’s name, and the job goes', async () => {
    const { uuid, jobId } = await failed('1')
    const answer = await (await test.loggedIn('operator')).call('PUT', `${API}/${jobId}/retry`)
    expect(answer.status).toBe(204)
    expect(await drill.ended(uuid)).toMatchObject({ status: 'completed', completion: 'full' })
    expect(await auditOf(uuid)).toMatchObject([
      {
        actor: 'operator of the tests',
        action: 'run.replay',
        reason: `retried in Bull Board (job ${jobId})`,
        details: { fromState: 'DRILL' },
      },
    ])
    expect(await failedJobs()).toEqual([])
  })

  it('is refused for a run that was replayed since, and says how it stands', async () => {
    const { uuid, jobId, version } = await failed('1')
    const operator = await test.loggedIn('operator')
    await operator.submit({ on: `/runs/${uuid}`, action: `/runs/${uuid}/replay`, fields: { reason: 'mended' } })
    await drill.ended(uuid)
    const answer = await operator.call('PUT', `${API}/${jobId}/retry`)
    expect(answer.status).toBe(409)
    expect(answer.json()).toEqual({
      code: 'JOB_OUTDATED',
      error: 'The run has moved on since this job failed.',
      message: `It failed as version ${version - 1}; the run is completed in COMPLETED, version ${version + 2}. Look at the run; replay it from there if it failed again.`,
    })
    expect(await auditOf(uuid)).toHaveLength(1)
  })

  it('is refused for the old job of a run that failed again: the new one replays it', async () => {
    const { uuid, jobId, version } = await failed('1')
    drill.breaks.DRILL.add('1')
    const operator = await test.loggedIn('operator')
    await operator.submit({ on: `/runs/${uuid}`, action: `/runs/${uuid}/replay`, fields: { reason: 'mended?' } })
    expect(await drill.ended(uuid)).toMatchObject({ status: 'failed', version: version + 2 })
    drill.breaks.DRILL.clear()
    expect((await operator.call('PUT', `${API}/${jobId}/retry`)).json()).toMatchObject({ code: 'JOB_OUTDATED' })
    expect((await operator.call('PUT', `${API}/${uuid}-${version + 1}/retry`)).status).toBe(204)
    expect(await drill.ended(uuid)).toMatchObject({ status: 'completed' })
  })

  it('is refused for a job that failed while its run went on another way', async () => {
    drill.breaks.MARK.add('1')
    const { uuid, status } = await drill.run('1')
    expect(status).toBe('completed')
    const answer = await (await test.loggedIn('operator')).call('PUT', `/queues/api/queues/drill.MARK/${uuid}-1/retry`)
    expect(answer.status).toBe(409)
    expect(answer.json()).toMatchObject({ code: 'JOB_OUTDATED' })
  })

  it('is refused for a job that did not fail', async () => {
    const { uuid, version } = await drill.run('1')
    const answer = await (await test.loggedIn('operator')).call('PUT', `${API}/${uuid}-${version - 1}/retry`)
    expect(answer.status).toBe(409)
    expect(await auditOf(uuid)).toEqual([])
  })

  it('of a job that is not there is 404', async () => {
    const operator = await test.loggedIn('operator')
    expect((await operator.call('PUT', `${API}/nothing-1/retry`)).status).toBe(404)
    expect((await operator.call('PUT', '/queues/api/queues/drill.NOWHERE/nothing-1/retry')).status).toBe(404)
  })
})

describe('retrying all', () => {
  it('replays each failed run of the queue for itself, and says of each what came of it', async () => {
    const runs = [await failed('1'), await failed('2'), await failed('3')]
    const [first] = runs
    const operator = await test.loggedIn('operator')
    // The first has moved on: its job is outdated.
    await operator.submit({ on: `/runs/${first?.uuid}`, action: `/runs/${first?.uuid}/replay`, fields: { reason: 'mended' } })
    await drill.ended(first?.uuid ?? '')
    const answer = await operator.call('PUT', `${API}/retry/failed`)
    expect(answer.status).toBe(409)
    const body = answer.json()
    expect(body).toMatchObject({
      error: 'Not every run of this queue was replayed.',
      message: '2 of 3 were replayed. 1 × JOB_OUTDATED: The run has moved on since this job failed.',
      retried: 2,
      skipped: 1,
    })
    const refusedAs = Object.fromEntries(
      body.items.map((item: { runUuid: string; refusedAs: string | null }) => [item.runUuid, item.refusedAs]),
    )
    expect(runs.map(({ uuid }) => refusedAs[uuid])).toEqual(['JOB_OUTDATED', null, null])
    for (const { uuid } of runs) expect(await drill.ended(uuid)).toMatchObject({ status: 'completed' })
    expect(await failedJobs()).toHaveLength(1)
  })

  it('answers plainly where all were replayed', async () => {
    const { uuid } = await failed('1')
    const answer = await (await test.loggedIn('operator')).call('PUT', `${API}/retry/failed`)
    expect(answer.status).toBe(200)
    expect(answer.json()).toMatchObject({ retried: 1, skipped: 0, items: [{ runUuid: uuid, refusedAs: null }] })
    await drill.ended(uuid)
  })

  it('is refused whole over 500, naming the command that does it', async () => {
    const { uuid, jobId, version } = await failed('1')
    const queue = test.dispatcher.queues.get('drill.DRILL')
    const keys = { failed: queue?.toKey('failed') ?? '', job: queue?.toKey(jobId) ?? '' }
    // As many more as are not worked here: their ids in the set of failed jobs.
    for (let more = 0; more < 500; more += 1) await test.connection.zadd(keys.failed, more, `more-${more}`)
    const answer = await (await test.loggedIn('operator')).call('PUT', `${API}/retry/failed`)
    expect(answer.status).toBe(409)
    expect(answer.json()).toMatchObject({
      code: 'TOO_MANY_FAILED_JOBS',
      message:
        'There are 501, and 500 at most. Use: pnpm rollcall replay --process drill --state DRILL --reason "…" Replay them together with `rollcall replay`, which counts them first and spares the others.',
    })
    expect(await test.database.ledger.find(uuid)).toMatchObject({ status: 'failed', version })
  })

  it('of completed jobs is refused: only failed runs can be replayed', async () => {
    await drill.run('1')
    const answer = await (await test.loggedIn('operator')).call('PUT', `${API}/retry/completed`)
    expect(answer.status).toBe(403)
    expect(answer.json().message).toContain('Only failed runs can be replayed.')
  })
})

describe('Bull Board’s page', () => {
  it('has no inline script, no inline style and nothing from elsewhere', async () => {
    const { body } = await (await test.loggedIn('reader')).get('/queues/')
    const page = parse(body, { comment: true })
    const scripts = page.querySelectorAll('script')
    expect(scripts.length).toBeGreaterThan(1)
    const kinds = scripts.map((script) => script.getAttribute('src')?.startsWith('static/') ?? script.getAttribute('type'))
    expect(new Set(kinds)).toEqual(new Set(['application/json', true]))
    expect(page.querySelectorAll('style, [style]')).toEqual([])
    expect(body).not.toMatch(/https?:\/\/|<%|\son\w+=/)
    expect(page.querySelector('base')?.getAttribute('href')).toBe('/queues/')
  })

  it('names its operator, leads back to the console, and hands its token to the page’s own client', async () => {
    const browser = await test.loggedIn('operator')
    const { page } = await browser.get('/queues/queue/drill.DRILL')
    const config = JSON.parse(page.querySelector('#__UI_CONFIG__')?.text ?? '')
    expect(config).toMatchObject({
      boardTitle: 'Rollcall',
      environment: { label: 'operator of the tests (operator)' },
      miscLinks: [{ url: '/' }, { url: '/runs' }, { url: '/logout' }],
      hideRedisDetails: true,
    })
    const form = (await browser.get('/logout')).page.querySelector('main input[name=_csrf]')
    expect(browser.cookies.get('XSRF-TOKEN')?.value).toBe(form?.getAttribute('value'))
  })

  it('finds all of its files', async () => {
    const browser = await test.loggedIn('reader')
    const { page } = await browser.get('/queues/')
    const files = [...page.querySelectorAll('script[src]'), ...page.querySelectorAll('link[href]')].map(
      (element) => element.getAttribute('src') ?? element.getAttribute('href') ?? '',
    )
    expect(files.length).toBeGreaterThanOrEqual(6)
    for (const file of files) expect((await browser.get(`/queues/${file}`)).status, file).toBe(200)
    expect((await browser.get('/queues/static/../../../package.json')).status).toBe(404)
    expect((await browser.get('/queues/static/%2e%2e/index.ejs')).status).toBe(404)
  })

  it('says in every language what Rollcall makes of its buttons', async () => {
    const browser = await test.loggedIn('reader')
    for (const language of ['en-US', 'de-DE']) {
      const words = (await browser.get(`/queues/static/locales/${language}/messages.json?v=9.10.1`)).json()
      expect(words).toMatchObject({
        JOB: { ACTIONS: { RETRY: 'Replay the run' } },
        QUEUE: { ACTIONS: { EMPTY: 'Empty (not in Rollcall)' } },
      })
    }
    expect((await browser.get('/queues/static/locales/xx-XX/messages.json')).status).toBe(404)
  })

  it('is there for nobody who is not logged in, files included', async () => {
    const browser = test.browser()
    for (const path of ['/queues/', '/queues/static/favicon.ico', '/queues/queue/drill.DRILL'])
      expect((await browser.get(path)).status).toBe(303)
  })
})
