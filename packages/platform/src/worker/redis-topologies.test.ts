import { systemClock } from '@rollcall/engine'
import { createInMemoryLedger, type InMemoryLedger } from '@rollcall/engine/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { readEnv } from '../read-env.ts'
import { startSyncDuties } from '../sync/start-sync-duties.ts'
import { syncEnv } from '../sync/sync-env.ts'
import { captureLogs } from '../test-support/capture-logs.ts'
import { ERRAND_LIMITS, errand, runErrand, storeErrand, writeErrands } from '../test-support/errand.ts'
import { createMemoryDatabase } from '../test-support/memory-database.ts'
import { startRedisCluster, startWatchedRedis } from '../testing/index.ts'
import { startWorkerApp, type WorkerApp, type WorkerAppOptions } from './start-worker-app.ts'
import { workerEnv } from './worker-env.ts'

const SOON = { timeout: 30_000, interval: 50 }

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
  // After a failover BullMQ may close its connections only when the deadline of the drain has passed.
}, 60_000)

/** Two workers, and worker-sync, whose reconcile brings the runs to the queue. */
async function startApps(redisUrl: string, ledger: InMemoryLedger): Promise<WorkerApp[]> {
  const schema = z.object({ ...workerEnv({ port: 0, concurrency: 10 }), ...syncEnv })
  const env = readEnv(schema, { REDIS_URL: redisUrl, CANARY_EVERY_MS: '500', RECONCILE_EVERY_MS: '200' })
  const start = async (options: Pick<WorkerAppOptions, 'name' | 'handlers' | 'duties'>) => {
    const common = { env, processes: [errand], limits: ERRAND_LIMITS, logger: captureLogs().logger }
    const app = await startWorkerApp({ ...common, database: createMemoryDatabase(systemClock, ledger), ...options })
    closers.push(() => app.stop())
    return app
  }
  return [
    await start({ name: 'create', handlers: [runErrand()] }),
    await start({ name: 'persist', handlers: [storeErrand] }),
    await start({ name: 'sync', handlers: [], duties: (parts) => startSyncDuties(parts, env) }),
  ]
}

function allCompleted(ledger: InMemoryLedger, uuids: readonly string[]): void {
  expect(uuids.map((uuid) => ledger.run(uuid).state)).toEqual(uuids.map(() => 'COMPLETED'))
}

test('a fleet works on a Cluster of three masters', async () => {
  const cluster = await startRedisCluster()
  closers.push(() => cluster.stop())
  const ledger = createInMemoryLedger()
  await startApps(cluster.url, ledger)
  const uuids = await writeErrands(ledger, 50)
  await vi.waitFor(() => allCompleted(ledger, uuids), SOON)
}, 60_000)

test('a fleet goes on after Sentinel has made the replica its master', async () => {
  const watched = await startWatchedRedis()
  closers.push(() => watched.stop())
  const ledger = createInMemoryLedger()
  await startApps(watched.url, ledger)
  const before = await writeErrands(ledger, 20)
  await vi.waitFor(() => allCompleted(ledger, before), SOON)

  await watched.failOver()
  const after = await writeErrands(ledger, 20)
  await vi.waitFor(() => allCompleted(ledger, after), SOON)
}, 90_000)
