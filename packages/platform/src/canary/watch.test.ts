import { createAcceptRuns, createIds, FLEET, type Run, type StateJob } from '@rollcall/engine'
import { createInMemoryClosures, createInMemoryLedger, createVirtualClock } from '@rollcall/engine/testing'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMetrics } from '../create-metrics.ts'
import { readFleetHealth } from '../fleet/fleet-health.ts'
import { captureLogs } from '../test-support/capture-logs.ts'
import { testRedis } from '../testing/index.ts'
import { CANARY_LATE_MS, watchCanary } from './watch.ts'

const redis = testRedis()
let connection: Redis
beforeEach(async () => {
  connection = new Redis(redis.url)
  await connection.flushall()
})
afterEach(() => connection.disconnect())

function fleet() {
  const clock = createVirtualClock()
  const ledger = createInMemoryLedger()
  const newId = createIds(clock)
  const logs = captureLogs()
  const metrics = createMetrics({ app: 'test', processMetrics: false })
  const restored: StateJob[] = []
  const dispatcher = {
    enqueue: async () => {},
    restore: async (jobs: readonly StateJob[]) => restored.push(...jobs),
    wake: async () => {},
    isForgetful: async () => false,
    beginRemembering: async () => '',
    remember: async () => true,
  }
  const acceptRuns = createAcceptRuns({ ledger, dispatcher, notify: () => {} })
  const store = { connection, namespace: 'test' }
  const closures = createInMemoryClosures()
  const look = watchCanary({ acceptRuns, ledger, closures, dispatcher, store, clock, newId, metrics, logger: logs.logger })
  const after = (ms: number) => clock.moveTo(clock.now() + ms)
  const late = async () => (await metrics.canaryLate.get()).values.filter(({ value }) => value === 1).map(({ labels }) => labels.worker)
  const degraded = async () => (await readFleetHealth(store, [])).silent
  return { ...logs, after, clock, closures, degraded, dispatcher, late, ledger, look, restored }
}

function canaryOf(ledger: { runs(): readonly Run[] }): Run {
  const [run] = ledger.runs()
  if (!run) throw new Error('No canary is under way.')
  return run
}

/** As the workers would: on to this state, or to the end. */
async function moveOn(ledger: ReturnType<typeof createInMemoryLedger>, to: string, at?: number): Promise<void> {
  const { uuid, version, createdAt, input: _input, ...rest } = canaryOf(ledger)
  const ended = to === 'COMPLETED'
  await ledger.commit([
    {
      ...rest,
      uuid,
      expectedVersion: version,
      expectedAttempt: null,
      state: to,
      status: ended ? 'completed' : 'in_progress',
      completion: ended ? 'full' : null,
      version: version + 1,
      dueAt: ended ? null : createdAt,
      liveKey: ended ? uuid : rest.liveKey,
      stateSince: at ?? rest.stateSince,
      events: [],
    },
  ])
}

test('keeps one canary under way at a time', async () => {
  const { look, after, ledger } = fleet()
  await look()
  after(20_000)
  await look()
  expect(ledger.runs()).toHaveLength(1)
  await moveOn(ledger, 'COMPLETED')
  after(20_000)
  await look()
  expect(ledger.runs()).toHaveLength(2)
})

test('names the worker in whose state the canary is stuck, in log, metric and fleet health', async () => {
  const { after, clock, degraded, late, ledger, lines, look } = fleet()
  const since = clock.now()
  await look()
  await moveOn(ledger, 'CANARY_POLL')
  after(CANARY_LATE_MS)
  expect(await look()).toBeNull()
  after(1)
  expect(await look()).toEqual({ worker: 'poll', state: 'CANARY_POLL', since })
  expect(lines).toMatchObject([
    { level: 'error', msg: 'worker silent: the canary run is stuck with it', worker: 'poll', state: 'CANARY_POLL', stuckForMs: 45_001 },
  ])
  expect(await late()).toEqual(['poll'])
  expect(await degraded()).toEqual({ worker: 'poll', state: 'CANARY_POLL', since })
})

test('says so once, and once more when the worker is back', async () => {
  const { after, degraded, late, ledger, look, said } = fleet()
  await look()
  for (let looks = 0; looks < 5; looks += 1) {
    after(20_000)
    await look()
  }
  await moveOn(ledger, 'COMPLETED')
  await look()
  expect(said('error', 'info')).toEqual(['error: worker silent: the canary run is stuck with it', 'info: worker takes jobs again'])
  expect(await late()).toEqual([])
  expect(await degraded()).toBeNull()
})

test('follows a canary that gets stuck with one worker after another, and lets the second one take it up first', async () => {
  const { after, clock, late, ledger, look } = fleet()
  await look()
  after(60_000)
  expect(await look()).toMatchObject({ worker: 'create' })
  await moveOn(ledger, 'CANARY_PERSIST', clock.now())
  after(15_000)
  expect(await look()).toBeNull()
  after(1)
  expect(await look()).toMatchObject({ worker: 'persist' })
  expect(await late()).toEqual(['persist'])
})

test('puts the job of a standing canary back, so that what it measures are the workers', async () => {
  const { ledger, look, restored } = fleet()
  await look()
  await look()
  const { uuid } = canaryOf(ledger)
  expect(restored).toMatchObject([{ process: 'canary', state: 'CANARY_CREATE', uuid, version: 1 }])
})

test('blames nobody for the time that Redis was away', async () => {
  const { after, look } = fleet()
  await look()
  const lost = new Promise((resolve) => connection.once('close', resolve))
  const back = new Promise((resolve) => connection.once('ready', resolve))
  connection.disconnect(true)
  await lost
  after(300_000)
  await back
  expect(await look()).toBeNull()
  after(CANARY_LATE_MS + 1)
  expect(await look()).toMatchObject({ worker: 'create' })
})

test('blames nobody for the time that the queue or the ledger did not answer', async () => {
  const { after, dispatcher, look } = fleet()
  await look()
  const answering = dispatcher.restore
  dispatcher.restore = () => Promise.reject(new Error('Command timed out'))
  after(300_000)
  await expect(look()).rejects.toThrow('Command timed out')
  dispatcher.restore = answering
  after(1_000)
  expect(await look()).toBeNull()
  after(CANARY_LATE_MS + 1)
  expect(await look()).toMatchObject({ worker: 'create' })
})

test('blames nobody while the fleet is paused, nor for that time afterwards, and sends no canary', async () => {
  const { after, closures, degraded, late, ledger, look, said } = fleet()
  const pause = () => closures.close({ resource: FLEET, errorCode: 'X', cause: 'x', closedAt: 0, closedBy: 'operator' }, null)
  await pause()
  await look()
  expect(ledger.runs()).toEqual([])
  await closures.reopen({ resource: FLEET, at: 1, by: 'operator', audit: null })
  await look()
  after(20_000)
  await pause()
  await look()
  after(300_000)
  expect(await look()).toBeNull()
  await closures.reopen({ resource: FLEET, at: 1, by: 'operator', audit: null })
  expect(await look()).toBeNull()
  after(CANARY_LATE_MS)
  expect(await look()).toBeNull()
  expect([said('error', 'info'), await late(), await degraded()]).toEqual([[], [], null])
})

test('takes its word back about a silent worker when the fleet is paused', async () => {
  const { after, closures, degraded, late, look } = fleet()
  await look()
  after(60_000)
  expect(await look()).toMatchObject({ worker: 'create' })
  await closures.close({ resource: FLEET, errorCode: 'X', cause: 'x', closedAt: 0, closedBy: 'operator' }, null)
  expect(await look()).toBeNull()
  expect([await late(), await degraded()]).toEqual([[], null])
})
