// Bull Board's own page with its own scripts, in a browser without a screen: what an operator presses must reach the ledger, and what is
// refused must be read.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { testRedis } from '@rollcall/platform/testing'
import { CookieJar, JSDOM, type Page, type PageWindow, VirtualConsole } from 'jsdom'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Drill, startDrill } from '../test-support/drill.ts'
import { startTestDashboard, type TestDashboard } from '../test-support/start-test-dashboard.ts'

const redis = testRedis()
let test: TestDashboard
let drill: Drill
let server: Server
let window: PageWindow | null = null
beforeEach(async () => {
  test = await startTestDashboard({ redisUrl: redis.url })
  drill = startDrill({ redisUrl: redis.url, ...test })
  // What every browser adds by itself, and jsdom does not.
  server = createServer((request, response) => {
    request.headers['sec-fetch-site'] = 'same-origin'
    test.app.routing(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  window?.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await drill.stop()
  await test.close()
})

async function open(role: 'reader' | 'operator', path: string): Promise<Page> {
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const { cookies } = await test.loggedIn(role)
  const jar = new CookieJar()
  for (const [name, { value }] of cookies) await jar.setCookie(`${name}=${value}; Path=/`, url)
  const cookie = [...cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
  const dom = await JSDOM.fromURL(`${url}${path}`, {
    runScripts: 'dangerously',
    resources: 'usable',
    pretendToBeVisual: true,
    cookieJar: jar,
    virtualConsole: new VirtualConsole(),
    beforeParse: (fresh) => furnish(fresh, cookie),
  })
  window = dom.window
  return dom.window.document
}

/** What the page asks of a browser beyond what jsdom is. */
function furnish(fresh: PageWindow, cookie: string): void {
  class Observer {
    observe() {}
    unobserve() {}
    disconnect() {}
  }
  class Idle extends EventTarget {
    postMessage() {}
    terminate() {}
  }
  Object.assign(fresh, {
    matchMedia: () => Object.assign(new EventTarget(), { matches: false }),
    ResizeObserver: Observer,
    IntersectionObserver: Observer,
    Worker: Idle,
    fetch: (path: string) => fetch(new URL(path, fresh.document.baseURI), { headers: { cookie } }),
  })
}

const seen = <T>(look: () => T | null | undefined | false): Promise<T> =>
  vi.waitFor(
    () => {
      const found = look()
      if (found === null || found === undefined || found === false) throw new Error('It is not to be seen.')
      return found
    },
    { timeout: 15_000, interval: 50 },
  )
const button = (page: Page, words: string) => [...page.querySelectorAll('button')].find(({ textContent }) => textContent === words)
const jobButtons = (page: Page) => page.querySelectorAll('[class^=jobActions] button')

async function aFailedRun(): Promise<string> {
  drill.breaks.DRILL.add('1')
  const { uuid } = await drill.run('1')
  drill.breaks.DRILL.clear()
  return uuid
}

it('an operator presses the button of a failed job, confirms what is said, and the run completes', async () => {
  const uuid = await aFailedRun()
  const page = await open('operator', '/queues/queue/drill.DRILL?status=failed')
  expect((await seen(() => page.querySelector('a[href^="/runs/"]'))).getAttribute('href')).toBe(`/runs/${uuid}`)
  const [retry] = await seen(() => jobButtons(page).length > 0 && [...jobButtons(page)])
  retry?.click()
  const dialog = await seen(() => page.querySelector('[role=dialog], [role=alertdialog]'))
  expect(dialog.textContent).toContain('Start the run of this job again, in the state in which it failed?')
  button(page, 'Confirm')?.click()
  expect(await drill.ended(uuid, { version: 5 })).toMatchObject({ status: 'completed' })
})

it('what is refused is said on the page, with the reason', async () => {
  const uuid = await aFailedRun()
  const page = await open('operator', '/queues/queue/drill.DRILL?status=failed')
  const buttons = await seen(() => jobButtons(page).length > 0 && [...jobButtons(page)])
  buttons.at(-1)?.click()
  ;(await seen(() => button(page, 'Confirm'))).click()
  await seen(() => page.body.textContent?.includes('Rollcall does not do this from Bull Board.'))
  expect(page.body.textContent).toContain('cancel the run on its page instead')
  expect(await test.database.ledger.find(uuid)).toMatchObject({ status: 'failed' })
  expect(await test.dispatcher.queues.get('drill.DRILL')?.getFailedCount()).toBe(1)
})

it('a reader sees the job and its run, and no button to change it', async () => {
  await aFailedRun()
  const page = await open('reader', '/queues/queue/drill.DRILL?status=failed')
  await seen(() => page.querySelector('a[href^="/runs/"]'))
  expect(jobButtons(page)).toHaveLength(0)
})
