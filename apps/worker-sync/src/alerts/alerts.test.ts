// The alerts of a fleet over a real database and a real Redis. Only time stands still until the test moves it.
import { alertProcesses } from '@rollcall/alerts'
import { createTestDatabase } from '@rollcall/database/testing'
import { createIds, FLEET, type NewRun, type ProcessDefinition, type RedisConnection } from '@rollcall/engine'
import { createVirtualClock } from '@rollcall/engine/testing'
import { advance, complete, end, insert, newRun } from '@rollcall/engine/testing/ledger-contract'
import { connectRedis, createLogger, createMetrics, createWebhook, disconnectRedis, readEnv, redisReady } from '@rollcall/platform'
import { SECRET, startReceiver, testRedis, writeHeartbeat } from '@rollcall/platform/testing'
import { userStatusSync } from '@rollcall/status-sync'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { WorkerSyncEnv } from '../env.ts'
import { createAlertsPass } from './start-alerts.ts'
import { WATCHED } from './watched.ts'

const MINUTE = 60_000
const redis = testRedis()
let connection: RedisConnection
beforeEach(async () => {
  connection = connectRedis({ url: redis.url, role: 'worker', logger: createLogger({ app: 'test', level: 'silent' }) })
  await redisReady(connection, 5_000)
  await connection.flushall()
})
afterEach(() => disconnectRedis(connection))

async function arrange({
  url = null,
  processes = alertProcesses,
}: {
  readonly url?: string | null
  readonly processes?: readonly ProcessDefinition[]
} = {}) {
  const { database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  const clock = createVirtualClock()
  const lines: Record<string, unknown>[] = []
  const logger = createLogger({ app: 'test', level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  const store = { connection, namespace: 'test' }
  const env = readEnv(WorkerSyncEnv, {})
  // The receiver judges the age of a signature by the machine's clock.
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())

  function evaluator(instance: string) {
    const metrics = createMetrics({ app: 'test', processMetrics: false })
    const tools = { clock, instance, logger, metrics, newId: createIds(clock), notify: () => undefined }
    const alerts = createAlertsPass({
      database,
      parts: { ...tools, dispatcher: { enqueue: async () => undefined }, processes, store },
      env,
      heartbeat: url === null ? null : createWebhook({ url, secret: SECRET }),
      log: (level, fields, message) => logger[level](fields, message),
      watched: WATCHED,
    })
    const pass = async () => {
      vi.setSystemTime(clock.now())
      if (fleet.isAlive) await beat()
      await alerts.pass()
    }
    const values = async () =>
      Object.fromEntries((await metrics.alertValue.get()).values.map(({ labels, value }) => [`${labels.rule} ${labels.subject}`, value]))
    const evaluatedAt = async () => (await metrics.alertsEvaluated.get()).values[0]?.value
    return { ...alerts, pass, values, evaluatedAt, metrics }
  }
  const fleet = { isAlive: true }
  /** The worker that the processes here need. */
  async function beat() {
    await writeHeartbeat(store, { worker: 'sync', instance: 'a', at: clock.now(), startedAt: 0, jobsInHand: 0, loopLagMs: 0 })
  }
  const after = (ms: number) => clock.moveTo(clock.now() + ms)
  const open = async () =>
    (await database.alerts.list({ isOpen: true }, { after: null, limit: 9 })).alerts.map(({ rule, subject }) => `${rule} ${subject}`)
  return { after, clock, database, evaluator, fleet, lines, open }
}
type Arranged = Awaited<ReturnType<typeof arrange>>

async function ended({ clock, database }: Arranged, process: string, words: readonly ('full' | 'partial' | 'failed')[], agoMs = 0) {
  for (const [index, word] of words.entries()) {
    const run = newRun({ process })
    await insert(database, run)
    const at = { stateSince: clock.now() - agoMs + index, events: [] }
    await database.ledger.commit([word === 'failed' ? end(run, at) : complete(run, { ...at, completion: word })])
  }
}

/** As the process that tells of alerts does. */
async function deliver({ database }: Arranged): Promise<void> {
  await database.prisma.run.updateMany({
    where: { process: 'alert-notification' },
    data: { status: 'completed', state: 'COMPLETED', dueAt: null },
  })
}

describe('what is measured', () => {
  test('is the share of the runs that failed in the last hour, where ten or more ended', async () => {
    const arranged = await arrange()
    await ended(arranged, 'alert-notification', ['failed', 'failed', ...Array<'full'>(8).fill('full')], 10 * MINUTE)
    await ended(arranged, 'alert-notification', Array<'failed'>(3).fill('failed'), 61 * MINUTE)
    const { pass, values } = arranged.evaluator('a')
    await pass()
    expect(await values()).toEqual({ 'failure-rate alert-notification': 0.2 })
    arranged.after(MINUTE)
    await pass()
    const { alerts } = await arranged.database.alerts.list({}, { after: null, limit: 9 })
    expect(alerts).toMatchObject([
      { summary: '20 % of the runs of alert-notification failed. It was 2 of the 10 that ended in the last hour.' },
    ])
  })

  test('is that of the last ten runs of a process that runs seldom, and nothing where there were fewer', async () => {
    const arranged = await arrange()
    await ended(arranged, 'alert-notification', ['full', 'failed', ...Array<'partial'>(8).fill('partial')], 3 * 24 * 60 * MINUTE)
    const { pass, values } = arranged.evaluator('a')
    await pass()
    expect(await values()).toEqual({ 'failure-rate alert-notification': 0.1 })
    arranged.after(12 * 24 * 60 * MINUTE)
    await pass()
    expect(await values()).toEqual({})
  })

  test('is for how long a job has been at work, and whether the last health check was good', async () => {
    const arranged = await arrange()
    const { clock, database, evaluator } = arranged
    await insert(database, newRun({ process: 'user-status-sync', createdAt: clock.now() - 301_000 }))
    await ended(arranged, 'health-check', ['full', 'partial'])
    const { pass, values } = evaluator('a')
    await pass()
    expect(await values()).toMatchObject({ 'run-too-long user-status-sync': 301, 'health-check-failing health-check': 1 })
    expect(await arranged.open()).toEqual(['health-check-failing health-check', 'run-too-long user-status-sync'])
    await ended(arranged, 'health-check', ['full'], -10)
    arranged.after(10)
    await pass()
    expect(await values()).toMatchObject({ 'health-check-failing health-check': 0 })
  })

  test('is the backlog of each process, but of those that wait for weeks by design', async () => {
    const { database, evaluator } = await arrange()
    const runs: NewRun[] = ['account-create', 'account-create', 're-enroll'].map((process) => newRun({ process }))
    for (const run of runs) await insert(database, run)
    const { pass, values } = evaluator('a')
    await pass()
    expect(await values()).toEqual({ 'backlog account-create': 2 })
  })

  test('is what is closed, paused or silent', async () => {
    const { after, clock, database, evaluator, fleet, open } = await arrange()
    const closure = { errorCode: 'DIRECTORY_FORBIDDEN', cause: 'x', closedAt: clock.now(), closedBy: 'x' }
    for (const resource of ['graph', FLEET]) await database.closures.close({ ...closure, resource }, null)
    fleet.isAlive = false
    const { pass, values } = evaluator('a')
    await pass()
    expect(await values()).toEqual({ 'resource-closed graph': 1, 'fleet-paused fleet': 1, 'worker-silent sync': 1 })
    expect(await open()).toEqual([])
    after(MINUTE)
    await pass()
    expect((await open()).toSorted()).toEqual(['resource-closed graph', 'worker-silent sync'])
    after(29 * MINUTE)
    await pass()
    expect(await open()).toContain('fleet-paused fleet')
  })
})

test('a run that waits for an approval is told at the first look, and over once it goes on', async () => {
  const { after, clock, database, evaluator, open } = await arrange({ processes: [userStatusSync] })
  const run = newRun({ process: userStatusSync.name, createdAt: clock.now() })
  await insert(database, run)
  const { pass } = evaluator('a')
  await pass()
  expect(await open()).toEqual([])
  const at = { stateSince: clock.now(), updatedAt: clock.now(), events: [] }
  await database.ledger.commit([advance(run, { ...at, state: 'AWAIT_APPROVAL', status: 'waiting' })])
  await pass()
  expect(await open()).toEqual(['approval-waiting user-status-sync'])
  await database.ledger.commit([complete(run, { ...at, expectedVersion: 2, version: 3 })])
  after(MINUTE)
  await pass()
  expect(await open()).not.toContain('approval-waiting user-status-sync')
})

describe('of several evaluators', () => {
  test('one evaluates, and another takes over once the first has not been heard of for a while; only the one has figures', async () => {
    const { after, clock, database, evaluator } = await arrange()
    const [first, second] = [evaluator('a'), evaluator('b')]
    await first.pass()
    await second.pass()
    expect([await first.evaluatedAt(), await second.evaluatedAt()]).toEqual([clock.now() / 1_000, 0])
    await database.prisma.lease.updateMany({ data: { expiresAt: new Date(0) } })
    after(MINUTE)
    await second.pass()
    await first.pass()
    expect([await first.evaluatedAt(), await second.evaluatedAt()]).toEqual([0, clock.now() / 1_000])
  })
})

describe('the heartbeat of the alerts', () => {
  test('is sent at once and then every five minutes, signed, with how many alerts are open', async () => {
    const receiver = await startReceiver()
    const arranged = await arrange({ url: receiver.url })
    await ended(arranged, 'health-check', ['failed'])
    const { pass } = arranged.evaluator('a')
    for (let half = 0; half <= 20; half += 1) {
      await pass()
      await deliver(arranged)
      arranged.after(30_000)
    }
    expect(receiver.taken.map(({ type, data }) => [type, data])).toEqual(
      Array.from({ length: 3 }, () => ['alerts.heartbeat', { fleet: 'test', open: 1, everySeconds: 300 }]),
    )
    expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(3)
  })

  test('is tried again at the next look where it was not taken', async () => {
    const receiver = await startReceiver()
    const { after, evaluator, lines } = await arrange({ url: receiver.url })
    receiver.answer = () => ({ status: receiver.asked() === 1 ? 500 : 204 })
    const { pass } = evaluator('a')
    await pass()
    expect(lines).toMatchObject([{ level: 'warn', detail: 'It answered 500.' }])
    after(30_000)
    await pass()
    expect(receiver.taken).toHaveLength(1)
  })

  test('is left out while a rule cannot be judged: Redis is away', async () => {
    const receiver = await startReceiver()
    const { clock, database, evaluator, fleet } = await arrange({ url: receiver.url })
    fleet.isAlive = false
    await database.closures.close({ resource: 'graph', errorCode: 'X', cause: 'x', closedAt: clock.now(), closedBy: 'x' }, null)
    await disconnectRedis(connection)
    const { evaluatedAt, pass, values } = evaluator('a')
    await expect(pass()).rejects.toThrow('The rule worker-silent could not be judged.')
    expect([receiver.asked(), await evaluatedAt(), await values()]).toEqual([0, 0, { 'resource-closed graph': 1 }])
  })

  test('is left out while a notification waits for more than five minutes, since alerts do not come through', async () => {
    const receiver = await startReceiver()
    const arranged = await arrange({ url: receiver.url })
    const { after, evaluator, lines } = arranged
    await ended(arranged, 'health-check', ['failed'])
    const { pass } = evaluator('a')
    await pass()
    expect(receiver.taken).toHaveLength(1)
    after(5 * MINUTE + 1)
    await pass()
    expect(receiver.taken).toHaveLength(1)
    expect(lines.at(-1)).toMatchObject({ level: 'warn', msg: expect.stringContaining('the heartbeat of the alerts is left out') })
    await deliver(arranged)
    await pass()
    expect(receiver.taken).toHaveLength(2)
  })
})
