// The dashboard as a process: its adapters around `createDashboard`, its port, and a good end.
import { alertErrors, alertProcesses } from '@rollcall/alerts'
import { createDatabase } from '@rollcall/database'
import { createDispatcher, createIds, engineErrors, systemClock } from '@rollcall/engine'
import { operationsErrors, operationsProcesses } from '@rollcall/operations'
import {
  canary,
  checkClock,
  connectRedis,
  createLogger,
  createMetrics,
  createNotify,
  disconnectRedis,
  expectedWorkers,
  platformErrors,
  readFleetHealth,
  redisReady,
} from '@rollcall/platform'
import { listen, type RunningServer, runningServer } from '@rollcall/platform/http'
import { importErrors, provisioningErrors, provisioningProcesses } from '@rollcall/provisioning'
import { statusSyncErrors, statusSyncProcesses, statusSyncSchedules } from '@rollcall/status-sync'
import { createDashboard } from './app.ts'
import { createSite } from './auth/site.ts'
import type { DashboardEnv } from './env.ts'

const REDIS_FIRST_MS = 3_000

/** @throws CodedError PORT_TAKEN, CLOCK_TOO_FAR_OFF; whatever the database throws that does not answer */
export async function startDashboard(env: DashboardEnv): Promise<RunningServer> {
  const { DASHBOARD_PORT, DATABASE_URL, HOST, LOG_LEVEL, REDIS_URL, ROLLCALL_NAMESPACE: namespace } = env
  const logger = createLogger({ app: 'dashboard', level: LOG_LEVEL })
  const processes = [...provisioningProcesses, ...operationsProcesses, ...alertProcesses, ...statusSyncProcesses, canary]

  await using opened = new AsyncDisposableStack()
  const database = await createDatabase({ url: DATABASE_URL })
  opened.defer(() => database.close())
  await database.ping()
  const connection = connectRedis({ url: REDIS_URL, role: 'producer', logger, name: 'dashboard' })
  opened.defer(() => disconnectRedis(connection))
  // Counted for nobody: what the dashboard does is to be seen where the work is done.
  const metrics = createMetrics({ app: 'dashboard' })
  await checkClock({ leases: database.leases, clock: systemClock, logger, metrics })
  const dispatcher = createDispatcher({ connection, namespace, processes })
  opened.defer(() => dispatcher.close())
  if (!(await redisReady(connection, REDIS_FIRST_MS))) logger.warn('redis is not there yet; nobody can log in until it is')

  const app = await createDashboard({
    ledger: database.ledger,
    queries: database.ledger,
    archive: database.archive,
    closures: database.closures,
    cohorts: database.cohorts,
    apiKeys: database.apiKeys,
    audit: database.audit,
    dispatcher,
    processes,
    scheduleDefinitions: statusSyncSchedules,
    errorCodes: [engineErrors, provisioningErrors, importErrors, operationsErrors, alertErrors, statusSyncErrors, platformErrors].flatMap(
      (registry) => Object.values(registry),
    ),
    connection,
    namespace,
    readFleet: () => readFleetHealth({ connection, namespace }, expectedWorkers(processes)),
    health: { database: () => database.ping(), redis: async () => void (await connection.ping()) },
    site: createSite(env.DASHBOARD_PUBLIC_URL ?? null),
    trustProxy: env.DASHBOARD_TRUST_PROXY,
    clock: systemClock,
    newId: createIds(systemClock),
    notify: createNotify({ logger, metrics }),
    logger,
  })
  const url = await listen({ app, host: HOST, port: DASHBOARD_PORT, portSetting: 'DASHBOARD_PORT', opened })
  return runningServer({ url, opened, logger })
}
