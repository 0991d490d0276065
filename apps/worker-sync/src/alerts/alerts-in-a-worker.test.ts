// The whole way on the real clock: a worker over a real database and a real Redis judges, its queue tells, a real receiver checks the signatures.
import { alertProcesses } from '@rollcall/alerts'
import { type AlertLog, createAlertHandlers } from '@rollcall/alerts/handlers'
import { createDatabase } from '@rollcall/database'
import { createTestDatabase } from '@rollcall/database/testing'
import { complete, end, insert, newRun } from '@rollcall/engine/testing/ledger-contract'
import { createLogger, readEnv, startWorkerApp } from '@rollcall/platform'
import { type Received, SECRET, startReceiver, testRedis } from '@rollcall/platform/testing'
import { expect, onTestFinished, test } from 'vitest'
import { WorkerSyncEnv } from '../env.ts'
import { startAlerts } from './start-alerts.ts'
import { WATCHED } from './watched.ts'
import { webhooksOf } from './webhooks-of.ts'

const redis = testRedis()

test('a failing health check is told, signed, by a worker that also says that it watches; the second worker tells nothing twice', async () => {
  const receiver = await startReceiver()
  const firing = Promise.withResolvers<Received>()
  const heartbeat = Promise.withResolvers<Received>()
  receiver.answer = (received) => {
    if (received.type === 'alert.firing') firing.resolve(received)
    if (received.type === 'alerts.heartbeat') heartbeat.resolve(received)
    return { status: 204 }
  }
  const first = await createTestDatabase()
  onTestFinished(first.cleanup)
  const now = Date.now()
  for (const [index, ending] of [complete, end].entries()) {
    const run = newRun({ process: 'health-check', createdAt: now })
    await insert(first.database, run)
    await first.database.ledger.commit([ending(run, { stateSince: now + index, updatedAt: now, events: [] })])
  }

  async function startOne() {
    const env = readEnv(WorkerSyncEnv, {
      ...{ DATABASE_URL: first.url, REDIS_URL: redis.url, WORKER_PORT: '0', ALERTS_EVERY_MS: '100', SHUTDOWN_DEADLINE_MS: '1000' },
      ...{ ALERT_WEBHOOK_URL: receiver.url, ALERT_WEBHOOK_SECRET: SECRET },
    })
    const database = await createDatabase({ url: first.url })
    const logger = createLogger({ app: 'test', level: 'silent' })
    const log: AlertLog = (level, fields, message) => logger[level](fields, message)
    const { webhook, heartbeat: watching } = webhooksOf(env)
    const worker = await startWorkerApp({
      ...{ name: 'sync', env, database, logger, processes: alertProcesses },
      handlers: createAlertHandlers({ webhook, fleet: env.ROLLCALL_NAMESPACE, queries: database.ledger, log }),
      duties: (parts) => [startAlerts({ database, parts, env, heartbeat: watching, log, watched: WATCHED })],
    })
    onTestFinished(async () => void (await worker.stop()))
    return worker
  }
  const [one] = await Promise.all([startOne(), startOne()])
  expect((await firing.promise).data).toMatchObject({
    fleet: 'rollcall',
    rule: 'health-check-failing',
    subject: 'health-check',
    resolvedAt: null,
  })
  expect((await heartbeat.promise).data).toMatchObject({ everySeconds: 300 })

  // The other one goes on in its place.
  await one.stop()
  const { alerts } = first.database
  const seenAt = async () => (await alerts.standing())[0]?.lastSeenAt ?? 0
  const before = await seenAt()
  await expect.poll(seenAt, { timeout: 10_000 }).toBeGreaterThan(before)
  expect(receiver.taken.filter(({ type }) => type === 'alert.firing')).toHaveLength(1)
  expect(receiver.unsigned()).toBe(0)
})
