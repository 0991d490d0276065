import { setTimeout as elapsed } from 'node:timers/promises'
import {
  BELL_QUEUE,
  type Clock,
  createIds,
  defineProcess,
  defineSchedule,
  disableSchedule,
  queuePrefix,
  type Schedules,
  type StateJob,
} from '@rollcall/engine'
import { createInMemoryLedger, createInMemorySchedules, createVirtualClock, type VirtualClock } from '@rollcall/engine/testing'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { createMetrics } from '../create-metrics.ts'
import { createNotify } from '../create-notify.ts'
import { captureLogs } from '../test-support/capture-logs.ts'
import { testRedis } from '../testing/index.ts'
import { startSchedules } from './start-schedules.ts'

const redis = testRedis()
const HOUR_MS = 3_600_000
/** Beyond any test: only the first look happens, at once. */
const NEVER_MS = 3_600_000
const SOON = { timeout: 10_000, interval: 10 }

const sweeping = defineProcess({
  name: 'sweeping',
  input: z.object({ house: z.string() }),
  about: ({ house }) => ({ type: 'SWEEP', subjectId: house, subjectName: null, scopeId: null }),
  start: 'SWEEP',
  states: { SWEEP: { worker: 'sync', next: { swept: 'COMPLETED' } } },
})

const hourly = defineSchedule({
  name: 'hourly',
  process: sweeping,
  about: 'Sweeps a house.',
  settings: z.object({}),
  defaults: { cron: '0 * * * *', timeZone: 'UTC', enabled: true, settings: {} },
  environment: { cron: 'CRON_SWEEPING_SCHEDULE' },
  inputOf: () => ({ house: 'h1' }),
})

let fleets = 0

/** What several worker-syncs of one fleet share. */
function createFleet() {
  const clock = createVirtualClock()
  const ledger = createInMemoryLedger()
  fleets += 1
  const namespace = `schedules-${process.pid}-${fleets}`
  const connection = new Redis(redis.url)
  const queue = new Queue(BELL_QUEUE, { connection, prefix: queuePrefix(namespace, BELL_QUEUE) })
  // Tests that take Redis away look at what the schedules make of it.
  for (const one of [connection, queue]) one.on('error', () => undefined)
  onTestFinished(async () => {
    await queue.close()
    connection.disconnect()
  })
  const schedules = createInMemorySchedules(ledger)
  const ticks = () => schedules.ticks({ schedule: 'hourly', before: null, limit: 100 })
  return { clock, ledger, namespace, connection, queue, schedules, ticks, newId: createIds(clock) }
}
type Fleet = ReturnType<typeof createFleet>

function startOne(
  fleet: Fleet,
  {
    everyMs = NEVER_MS,
    environment = {},
    clock = fleet.clock,
    schedules = fleet.schedules,
  }: { everyMs?: number; environment?: Record<string, unknown>; clock?: Clock; schedules?: Schedules } = {},
) {
  const { namespace, newId } = fleet
  const logs = captureLogs()
  const metrics = createMetrics({ app: 'test', processMetrics: false })
  const enqueued: StateJob[] = []
  const connection = new Redis(redis.url, { enableOfflineQueue: true, maxRetriesPerRequest: 1, retryStrategy: () => 50 })
  const patient = new Redis(redis.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 })
  for (const one of [connection, patient]) one.on('error', () => undefined)
  const duty = startSchedules(
    { schedules, definitions: [hourly], environment, everyMs },
    {
      ...{ clock, newId, metrics, instance: 'sync-1', logger: logs.logger, patient, store: { connection, namespace } },
      database: { leases: { now: async () => fleet.clock.now() } },
      dispatcher: { enqueue: async (jobs) => void enqueued.push(...jobs) },
      notify: createNotify({ logger: logs.logger, metrics }),
    },
  )
  onTestFinished(async () => {
    await duty.stop()
    connection.disconnect()
    patient.disconnect()
  })
  return { duty, logs, metrics, enqueued }
}

async function hung({ queue }: Fleet): Promise<void> {
  await vi.waitFor(async () => expect(await queue.getDelayedCount()).toBe(1), SOON)
}

async function ring({ queue }: Fleet): Promise<void> {
  for (const bell of await queue.getDelayed()) await bell.promote()
}

function anHourPasses(clock: VirtualClock): void {
  clock.moveTo(clock.now() + HOUR_MS)
}

describe('a worker-sync that starts', () => {
  test('brings the schedules up to what the release and its environment say, and hangs their bells', async () => {
    const fleet = createFleet()
    startOne(fleet, { environment: { CRON_SWEEPING_SCHEDULE: '30 * * * *', WORKER_PORT: 5024 } })
    await hung(fleet)
    expect(await fleet.schedules.find('hourly')).toMatchObject({
      cron: { value: '30 * * * *', source: 'environment' },
      updatedBy: 'sync-1',
    })
    expect(await fleet.queue.getJobSchedulers()).toMatchObject([{ key: 'hourly', pattern: '30 * * * *', tz: 'UTC' }])
  })

  test('makes up at once for what was missed while none ran', async () => {
    const fleet = createFleet()
    const first = startOne(fleet)
    await hung(fleet)
    await first.duty.stop()
    fleet.clock.moveTo(fleet.clock.now() + 5 * HOUR_MS)
    const { logs, metrics, enqueued } = startOne(fleet)
    await vi.waitFor(async () => expect(await fleet.ticks()).toMatchObject([{ outcome: 'started', missed: 4 }]), SOON)
    await vi.waitFor(() => expect(enqueued).toHaveLength(1), SOON)
    expect((await metrics.scheduleTicks.get()).values).toMatchObject([{ labels: { schedule: 'hourly', outcome: 'started' }, value: 1 }])
    expect((await metrics.scheduleMissed.get()).values).toMatchObject([{ value: 4 }])
    expect(logs.lines).toContainEqual(
      expect.objectContaining({ msg: 'schedule started a run, which makes up for due times that nobody served', missed: 4 }),
    )
  })
})

test('a bell serves what is due without waiting for the next look', async () => {
  const fleet = createFleet()
  startOne(fleet)
  await hung(fleet)
  anHourPasses(fleet.clock)
  await ring(fleet)
  await vi.waitFor(async () => expect(await fleet.ticks()).toHaveLength(1), SOON)
})

test('a bell that rings before the rows could be brought up to what this release says serves nothing by the old ones', async () => {
  const fleet = createFleet()
  const { duty } = startOne(fleet)
  await hung(fleet)
  await duty.stop()
  anHourPasses(fleet.clock)
  await ring(fleet)
  let isReadable = false
  const { find } = fleet.schedules
  const schedules = { ...fleet.schedules, find: async (name: string) => (isReadable ? find(name) : Promise.reject(new Error('not yet'))) }
  const { logs } = startOne(fleet, { everyMs: 20, environment: { CRON_SWEEPING_SCHEDULE: '30 3 * * *' }, schedules })
  const rung = expect.objectContaining({ msg: 'a bell could not be heard or served; the next look serves what is due' })
  await vi.waitFor(() => expect(logs.lines).toContainEqual(rung), SOON)
  expect(await fleet.ticks()).toEqual([])
  isReadable = true
  await vi.waitFor(async () => expect(await fleet.schedules.find('hourly')).toMatchObject({ cron: { value: '30 3 * * *' } }), SOON)
  expect(await fleet.ticks()).toEqual([])
})

test('a look serves what is due without any bell, and hangs those anew that a flush has taken', async () => {
  const fleet = createFleet()
  startOne(fleet, { everyMs: 20 })
  await hung(fleet)
  await fleet.connection.flushall()
  anHourPasses(fleet.clock)
  await vi.waitFor(async () => expect(await fleet.ticks()).toHaveLength(1), SOON)
  await hung(fleet)
})

test('with Redis away the looks go on serving what is due, and the bells come back with it', async () => {
  const fleet = createFleet()
  startOne(fleet, { everyMs: 20 })
  await hung(fleet)
  await redis.kill()
  anHourPasses(fleet.clock)
  await vi.waitFor(async () => expect(await fleet.ticks()).toHaveLength(1), SOON)
  await redis.restart()
  await hung(fleet)
})

test('one whose clock is a day ahead serves nothing before its time, and what such a clock has moved away comes back', async () => {
  const fleet = createFleet()
  const ahead = { now: () => fleet.clock.now() + 24 * HOUR_MS }
  const start = fleet.clock.now()
  const { logs } = startOne(fleet, { everyMs: 5, clock: ahead })
  const brought = { detail: expect.stringContaining('Brought back') }
  await vi.waitFor(async () => expect(await fleet.schedules.find('hourly')).toMatchObject({ nextDueAt: start + HOUR_MS, version: 2 }), SOON)
  expect(logs.lines).toContainEqual(expect.objectContaining(brought))
  expect(await fleet.ticks()).toEqual([])
  for (const hours of [1, 2, 3]) {
    anHourPasses(fleet.clock)
    await vi.waitFor(async () => expect(await fleet.ticks()).toHaveLength(hours), SOON)
  }
  expect((await fleet.ticks()).map(({ dueAt, missed }) => [(dueAt - start) / HOUR_MS, missed])).toEqual([
    [3, 0],
    [2, 0],
    [1, 0],
  ])
})

test('several of them, looking and listening at once, make one tick of each due time', async () => {
  const fleet = createFleet()
  for (let count = 0; count < 3; count += 1) startOne(fleet, { everyMs: 5 })
  await hung(fleet)
  for (const hours of [1, 2, 3]) {
    anHourPasses(fleet.clock)
    await ring(fleet)
    await vi.waitFor(async () => expect(await fleet.ticks()).toHaveLength(hours), SOON)
  }
  expect((await fleet.ticks()).map(({ outcome, missed }) => [outcome, missed])).toEqual([
    ['skipped', 0],
    ['skipped', 0],
    ['started', 0],
  ])
  expect(fleet.ledger.runs()).toHaveLength(1)
})

test('a schedule that an operator disables falls silent, and its due time leaves the metrics', async () => {
  const fleet = createFleet()
  const { metrics } = startOne(fleet, { everyMs: 20 })
  await hung(fleet)
  const dueAt = fleet.clock.now() + HOUR_MS
  await vi.waitFor(async () => expect((await metrics.scheduleNextDue.get()).values).toMatchObject([{ value: dueAt / 1_000 }]), SOON)
  await disableSchedule({ name: 'hourly', actor: 'anna', reason: 'x' }, { ...fleet, definitions: [hourly] })
  await vi.waitFor(async () => expect(await fleet.queue.getJobSchedulers()).toEqual([]), SOON)
  await vi.waitFor(async () => expect((await metrics.scheduleNextDue.get()).values).toEqual([]), SOON)
  expect((await metrics.scheduleSkippedInRow.get()).values).toMatchObject([{ value: 0 }])
})

test('the third tick in a row that finds its run still going is an error in the log', async () => {
  const fleet = createFleet()
  const { logs, metrics } = startOne(fleet, { everyMs: 5 })
  await hung(fleet)
  for (const hours of [1, 2, 3, 4]) {
    anHourPasses(fleet.clock)
    await vi.waitFor(async () => expect(await fleet.ticks()).toHaveLength(hours), SOON)
  }
  const [run] = fleet.ledger.runs()
  await vi.waitFor(
    () =>
      expect(logs.lines).toContainEqual(
        expect.objectContaining({
          msg: 'schedule skips tick after tick: look at the run that is still going',
          run: run?.uuid,
          skippedInRow: 3,
        }),
      ),
    SOON,
  )
  await vi.waitFor(async () => expect((await metrics.scheduleSkippedInRow.get()).values).toMatchObject([{ value: 3 }]), SOON)
})

test('stopping does not wait without end for a Redis that is away', async () => {
  const fleet = createFleet()
  const { duty } = startOne(fleet)
  await hung(fleet)
  await redis.kill()
  // A timer of this process: a busy machine holds it up as long as what it bounds.
  expect(await Promise.race([duty.stop().then(() => 'stopped'), elapsed(12_000)])).toBe('stopped')
  await redis.restart()
})
