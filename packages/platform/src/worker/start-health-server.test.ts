import { afterEach, expect, test } from 'vitest'
import { createMetrics } from '../create-metrics.ts'
import { type HealthServer, type HealthServerOptions, startHealthServer } from './start-health-server.ts'

const servers: HealthServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function start(options: Partial<HealthServerOptions> = {}): Promise<HealthServer> {
  const { registry } = createMetrics({ app: 'test', processMetrics: false })
  const server = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    portSetting: 'WORKER_PORT',
    registry,
    checks: {},
    isStopping: () => false,
    ...options,
  })
  servers.push(server)
  return server
}

async function ask(server: HealthServer, path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> {
  const response = await fetch(server.url + path, init)
  return { status: response.status, body: await response.json() }
}

test('is live as long as it can answer at all', async () => {
  const server = await start({ checks: { database: () => Promise.reject(new Error('away')) } })
  expect(await ask(server, '/health/live')).toEqual({ status: 200, body: { status: 'live' } })
})

test('is ready while everything answers that it needs', async () => {
  const server = await start({ checks: { database: async () => {}, redis: async () => 'PONG' } })
  expect(await ask(server, '/health/ready')).toEqual({ status: 200, body: { status: 'ready', checks: { database: 'ok', redis: 'ok' } } })
})

test('names what is away, without quoting its error', async () => {
  const refused = Object.assign(new Error('Login failed for user "sa"'), { code: 'ELOGIN' })
  const server = await start({ checks: { database: () => Promise.reject(refused), redis: async () => 'PONG' } })
  expect(await ask(server, '/health/ready')).toEqual({
    status: 503,
    body: { status: 'unavailable', checks: { database: 'Error ELOGIN', redis: 'ok' } },
  })
})

test('does not wait for what does not answer', async () => {
  const server = await start({ checks: { redis: () => new Promise(() => {}) }, checkMs: 5 })
  expect(await ask(server, '/health/ready')).toMatchObject({
    status: 503,
    body: { checks: { redis: expect.stringMatching(/^TIMED_OUT: /) } },
  })
})

test('is not ready once it stops, so that nobody counts on it any more', async () => {
  const server = await start({ isStopping: () => true })
  expect(await ask(server, '/health/ready')).toMatchObject({ status: 503, body: { status: 'stopping' } })
})

test('shows its metrics to Prometheus', async () => {
  const { registry, transitions } = createMetrics({ app: 'worker-poll' })
  transitions.inc({ process: 'canary', state: 'CANARY_POLL', to: 'CANARY_PERSIST' })
  const server = await start({ registry })
  const response = await fetch(`${server.url}/metrics`)
  const text = await response.text()
  expect(response.headers.get('content-type')).toContain('text/plain')
  expect(text).toContain('rollcall_transitions_total{process="canary",state="CANARY_POLL",to="CANARY_PERSIST",app="worker-poll"} 1')
  expect(text).toContain('process_cpu_seconds_total')
})

test('answers nothing else', async () => {
  const server = await start()
  expect(await ask(server, '/admin')).toMatchObject({ status: 404 })
  expect(await ask(server, '/health/live', { method: 'POST' })).toMatchObject({ status: 405 })
})

test('names the setting of a port that is in use', async () => {
  const { url } = await start()
  const port = Number(new URL(url).port)
  await expect(start({ port })).rejects.toThrow(
    `A port that this app needs is in use. WORKER_PORT is ${port}, and another program listens on 127.0.0.1:${port}.`,
  )
})
