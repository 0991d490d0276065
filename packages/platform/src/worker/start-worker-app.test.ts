import { createIds, defineHandlers, defineProcess, FLEET, prepareRun, queueKey, sendSignal, systemClock } from '@rollcall/engine'
import { createInMemoryLedger, type InMemoryLedger } from '@rollcall/engine/testing'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { readFleetHealth } from '../fleet/fleet-health.ts'
import { readEnv } from '../read-env.ts'
import { startSyncDuties } from '../sync/start-sync-duties.ts'
import { syncEnv } from '../sync/sync-env.ts'
import { type CapturedLogs, captureLogs } from '../test-support/capture-logs.ts'
import { ERRAND_LIMITS, errand, runErrand, storeErrand, writeErrands } from '../test-support/errand.ts'
import { createMemoryDatabase, type MemoryDatabase } from '../test-support/memory-database.ts'
import { testRedis } from '../testing/index.ts'
import { startWorkerApp, type WorkerApp, type WorkerAppOptions } from './start-worker-app.ts'
import { workerEnv } from './worker-env.ts'

const redis = testRedis()
const newId = createIds(systemClock)
const SOON = { timeout: 15_000, interval: 20 }

let ledger: InMemoryLedger
let namespace: string
let connection: Redis
const apps: WorkerApp[] = []
beforeEach(() => {
  ledger = createInMemoryLedger()
  namespace = `t${newId().slice(-8)}`
  connection = new Redis(redis.url)
  connection.on('error', () => {})
})
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()))
  connection.disconnect()
})

interface Started {
  readonly app: WorkerApp
  readonly logs: CapturedLogs
  readonly database: MemoryDatabase
}

async function start(
  name: WorkerAppOptions['name'],
  { settings = {}, ...options }: Partial<WorkerAppOptions> & { readonly settings?: Record<string, string> } = {},
): Promise<Started> {
  const schema = z.object({ ...workerEnv({ port: 0, concurrency: 10 }), ...syncEnv })
  const env = readEnv(schema, {
    REDIS_URL: redis.url,
    ROLLCALL_NAMESPACE: namespace,
    CANARY_EVERY_MS: '100',
    RECONCILE_EVERY_MS: '100',
    ...settings,
  })
  const database = createMemoryDatabase(systemClock, ledger)
  const logs = captureLogs()
  const app = await startWorkerApp({
    name,
    env,
    database,
    handlers: [],
    processes: [errand],
    limits: ERRAND_LIMITS,
    logger: logs.logger,
    ...(name === 'sync' && { duties: (parts) => startSyncDuties(parts, env) }),
    ...options,
  })
  apps.push(app)
  return { app, logs, database }
}

async function writeErrand(): Promise<string> {
  const [uuid = ''] = await writeErrands(ledger, 1)
  return uuid
}

function isCompleted(uuid: string): void {
  expect(ledger.run(uuid).state).toBe('COMPLETED')
}

test('a fleet carries runs from worker to worker, and its canary goes through all of them', async () => {
  const uuid = await writeErrand()
  await Promise.all([
    start('create', { handlers: [runErrand()] }),
    start('poll'),
    start('persist', { handlers: [storeErrand] }),
    start('sync'),
  ])
  await vi.waitFor(() => isCompleted(uuid), SOON)
  await vi.waitFor(() => {
    const arrived = ledger.runs().filter(({ process, state }) => process === 'canary' && state === 'COMPLETED')
    expect(arrived.length).toBeGreaterThan(1)
  }, SOON)
  const health = await readFleetHealth({ connection, namespace }, ['create', 'poll', 'persist', 'sync'])
  expect(health).toMatchObject({ status: 'ok', silent: null, missing: [] })
})

test('a worker looks for the signals that its states wait for, without a handler of its own', async () => {
  const asking = defineProcess({
    name: 'asking',
    input: z.object({ id: z.string() }),
    about: ({ id }) => ({ type: 'ASK', subjectId: id, subjectName: null, scopeId: null }),
    start: 'ASK',
    states: {
      ASK: { worker: 'sync', next: { asked: 'AWAIT_ANSWER' } },
      AWAIT_ANSWER: { worker: 'sync', signal: { name: 'answer', deadline: '1d', early: true }, next: { yes: 'COMPLETED' } },
    },
  })
  const prepared = { groupUuid: newId(), requestedBy: 'test', priority: 1, now: Date.now(), newId }
  const run = prepareRun({ process: asking, input: { id: newId() }, ...prepared })
  await ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
  const dispatcher = { wake: async () => undefined }
  await sendSignal(
    { uuid: run.uuid, name: 'answer', key: 'k', outcome: 'yes', actor: 'anna', reason: 'Because.' },
    { ledger, signals: ledger.signals, dispatcher, processes: [asking], clock: systemClock, newId, notify: () => undefined },
  )
  const handlers = [defineHandlers(asking, 'sync', { ASK: async () => ({ outcome: 'asked' }) })]
  const { logs } = await start('sync', { processes: [errand, asking], handlers })
  await vi.waitFor(() => isCompleted(run.uuid), SOON)
  expect(logs.lines).toContainEqual(
    expect.objectContaining({ msg: 'worker started', queues: expect.arrayContaining(['asking.ASK', 'asking.AWAIT_ANSWER']) }),
  )
})

test('a worker that starts while the fleet is paused takes up no work before it goes on', async () => {
  const database = createMemoryDatabase(systemClock, ledger)
  await database.closures.close({ resource: FLEET, errorCode: 'X', cause: 'x', closedAt: Date.now(), closedBy: 'operator' }, null)
  const uuid = await writeErrand()
  await Promise.all([start('create', { handlers: [runErrand()], database }), start('persist', { handlers: [storeErrand] }), start('sync')])
  const waiting = queueKey({ namespace, queue: 'errand.RUN_ERRAND', part: 'prioritized' })
  await vi.waitFor(async () => expect(await connection.zcard(waiting)).toBe(1), SOON)
  expect(ledger.run(uuid)).toMatchObject({ state: 'RUN_ERRAND', version: 1 })
  await database.closures.reopen({ resource: FLEET, at: Date.now(), by: 'operator', audit: null })
  await vi.waitFor(() => isCompleted(uuid), SOON)
})

describe('starting', () => {
  test('refuses a port that is in use, and closes what it had opened', async () => {
    const { app } = await start('create')
    const { port } = new URL(app.url)
    const database = createMemoryDatabase(systemClock)
    await expect(start('poll', { settings: { WORKER_PORT: port }, database })).rejects.toThrow('WORKER_PORT')
    expect(database.isClosed()).toBe(true)
  })

  test('refuses while live runs stand in a state that no table knows', async () => {
    await writeErrand()
    await expect(start('create', { processes: [] })).rejects.toThrow('errand.RUN_ERRAND (1)')
  })

  test('refuses a clock that is far from the database', async () => {
    const database = { ...createMemoryDatabase(systemClock), leases: createMemoryDatabase({ now: () => Date.now() - 60_000 }).leases }
    await expect(start('create', { database })).rejects.toThrow("This machine's clock is too far from the database's.")
  })

  test('answers for its health, and says where', async () => {
    const { app, logs } = await start('poll')
    expect(await fetch(`${app.url}/health/ready`)).toMatchObject({ status: 200 })
    expect(logs.lines).toContainEqual(expect.objectContaining({ msg: 'worker started', queues: ['canary.CANARY_POLL'], url: app.url }))
  })
})

describe('stopping', () => {
  test('finishes what is in hand, then lets go of everything', async () => {
    const begun = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const work = () => {
      begun.resolve()
      return finish.promise
    }
    const uuid = await writeErrand()
    const { app, database } = await start('create', { handlers: [runErrand(work)] })
    await start('sync')
    await begun.promise
    const stopping = app.stop()
    const ready = await fetch(`${app.url}/health/ready`)
    finish.resolve()
    expect(await stopping).toEqual({ jobsLeft: 0 })
    expect(ready.status).toBe(503)
    expect(ledger.run(uuid).state).toBe('STORE_ERRAND')
    expect(database.isClosed()).toBe(true)
    await expect(fetch(`${app.url}/health/live`)).rejects.toThrow()
    expect(await readFleetHealth({ connection, namespace }, ['create'])).toMatchObject({ missing: ['create'] })
  })

  test('gives up at the deadline and says how many jobs it left', async () => {
    const begun = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const work = () => {
      begun.resolve()
      return finish.promise
    }
    await writeErrand()
    const { app, logs } = await start('create', { handlers: [runErrand(work)], settings: { SHUTDOWN_DEADLINE_MS: '50' } })
    await start('sync')
    await begun.promise
    expect(await app.stop()).toEqual({ jobsLeft: 1 })
    finish.resolve()
    expect(logs.lines).toContainEqual(expect.objectContaining({ level: 'error', jobsLeft: 1 }))
  })

  test('a second call waits for the first', async () => {
    const { app } = await start('poll')
    expect(app.stop()).toBe(app.stop())
  })

  test('ends in time while Redis is away', async () => {
    const { app } = await start('create', { settings: { SHUTDOWN_DEADLINE_MS: '200' } })
    await redis.kill()
    expect(await app.stop()).toEqual({ jobsLeft: 0 })
    await redis.restart()
  })
})

describe('an outage of Redis', () => {
  test('is over for the workers as soon as Redis is back, even with its memory gone', async () => {
    const { logs } = await start('create', { handlers: [runErrand()] })
    await start('persist', { handlers: [storeErrand] })
    const sync = await start('sync')
    await vi.waitFor(async () => expect(await connection.exists(`{${namespace}}:sentinel`)).toBe(1), SOON)
    await redis.kill()
    await Promise.all([logs, sync.logs].map((one) => one.until('redis cannot be reached; trying again until it can')))
    const uuid = await writeErrand()
    await redis.restart()
    await vi.waitFor(() => isCompleted(uuid), SOON)
    expect(logs.said('error').filter((line) => line.includes('redis'))).toHaveLength(2)
  })

  test('delays what was accepted meanwhile no longer than it lasts', async () => {
    await start('create', { handlers: [runErrand()] })
    await start('persist', { handlers: [storeErrand] })
    const { logs } = await start('sync')
    await vi.waitFor(async () => expect(await connection.exists(`{${namespace}}:sentinel`)).toBe(1), SOON)
    // Whoever accepted this could not enqueue it, and it is not overdue for long.
    const uuid = await writeErrand()
    await connection.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await logs.until('redis is back')
    await vi.waitFor(() => isCompleted(uuid), SOON)
  })

  test('does not keep a worker from starting', async () => {
    await redis.kill()
    const { logs } = await start('create', { handlers: [runErrand()] })
    expect(logs.said('warn')).toContain('warn: redis is not there yet; jobs are taken as soon as it is')
    await redis.restart()
    await start('persist', { handlers: [storeErrand] })
    await start('sync')
    const uuid = await writeErrand()
    await connection.del(`{${namespace}}:sentinel`)
    await vi.waitFor(() => isCompleted(uuid), SOON)
  })
})
