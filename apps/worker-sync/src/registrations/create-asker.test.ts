import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createLogger, createMetrics } from '@rollcall/platform'
import type { RegistrationKey } from '@rollcall/status-sync'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAsker } from './create-asker.ts'

const KEY = 'rk_s_only-for-this-test'
const never = new AbortController().signal
const keys: readonly RegistrationKey[] = [{ userId: 'somebody' }, { userId: 'odd one ' }]

let server: Server
let status: number
let lines: { readonly level: string; readonly msg: string; readonly [field: string]: unknown }[]
beforeEach(async () => {
  status = 200
  lines = []
  server = createServer(async (request, response) => {
    const { userIds = [] }: { userIds?: string[] } = JSON.parse(await text(request))
    const data = userIds.map((userId) => ({ result: 'notFound', asked: { userId } }))
    response.writeHead(status).end(JSON.stringify({ success: true, data }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => void server.close())

function asker() {
  const { port } = server.address() as AddressInfo
  const logger = createLogger({ app: 'test', level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  const metrics = createMetrics({ app: 'test', processMetrics: false })
  const ask = createAsker({ ORGANIZATION_SERVICE_URL: `http://127.0.0.1:${port}`, REGISTRATION_API_KEY: KEY }, { logger, metrics })
  return { ask, scrape: () => metrics.registry.metrics() }
}

const countOf = (outcome: string) =>
  new RegExp(`rollcall_registrations_call_duration_seconds_count\\{[^}]*outcome="${outcome}"[^}]*\\} 1\\n`)
const said = () => lines.map(({ level, msg }) => `${level}: ${msg}`)

test('asks with one client per patience, so that jobs share what its breaker knows', () => {
  const { ask } = asker()
  expect(ask({ maxRetries: 3 })).toBe(ask({ maxRetries: 3 }))
  expect(ask({ maxRetries: 3 })).not.toBe(ask({ maxRetries: 0 }))
})

describe('what is told of the registration service', () => {
  test('is how long each call took and what came of it, and which records could not be read, without a word of them', async () => {
    const { ask, scrape } = asker()
    await ask({ maxRetries: 0 }).find(keys, never)
    expect(await scrape()).toMatch(countOf('answered'))
    expect(await scrape()).toMatch(/rollcall_registrations_unreadable_total\{app="test"\} 1/)
    expect(lines).toMatchObject([{ level: 'warn', records: 1, faults: ['userId: string of length 8 that cannot be asked for'] }])
  })

  test('is, as a warning, that our key is not accepted', async () => {
    const { ask, scrape } = asker()
    status = 403
    await expect(ask({ maxRetries: 3 }).find(keys, never)).rejects.toMatchObject({ errorCode: { code: 'REGISTRATIONS_REFUSED' } })
    expect(await scrape()).toMatch(countOf('refused'))
    expect(said()).toEqual(['warn: the registration service does not accept our key'])
  })

  test('is that it will be asked again', async () => {
    const { ask } = asker()
    status = 503
    const hungUp = new AbortController()
    const answer = ask({ maxRetries: 3 }).find(keys, hungUp.signal)
    await expect.poll(said).toEqual(['info: the registration service did not answer; it will be asked again'])
    hungUp.abort(new Error('enough'))
    await expect(answer).rejects.toThrow('enough')
  })

  test('is whether it is left alone', async () => {
    const { ask, scrape } = asker()
    status = 500
    const impatient = ask({ maxRetries: 0 })
    const open = /rollcall_registrations_breaker_open\{retries="0",app="test"\} (\d)/
    expect(open.exec(await scrape())?.[1]).toBe('0')
    for (let call = 0; call < 20; call += 1) await expect(impatient.find(keys.slice(0, 1), never)).rejects.toThrow()
    expect(open.exec(await scrape())?.[1]).toBe('1')
    expect(said()).toEqual(['warn: the registration service fails too often and is left alone for a while'])
  })

  test('names nobody and quotes no key, whatever happens', async () => {
    const { ask } = asker()
    for (status of [200, 401, 500])
      await ask({ maxRetries: 0 })
        .find(keys, never)
        .catch(() => undefined)
    expect(lines.length).toBeGreaterThan(0)
    for (const secret of [KEY, 'somebody', 'odd one']) expect(JSON.stringify(lines)).not.toContain(secret)
  })
})
