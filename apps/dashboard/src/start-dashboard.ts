// The dashboard as a process: its adapters around `createDashboard`, its port, and a good end.
import type { AddressInfo } from 'node:net'
import { alertErrors, alertProcesses } from '@rollcall/alerts'
import { createDatabase } from '@rollcall/database'
import { createDispatcher, createIds, engineErrors, systemClock } from '@rollcall/engine'
import { operationsErrors, operationsProcesses } from '@rollcall/operations'
import {
  bindPort,
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
  within,
} from '@rollcall/platform'
import { importErrors, provisioningErrors, provisioningProcesses } from '@rollcall/provisioning'
import { statusSyncErrors, statusSyncProcesses, statusSyncSchedules } from '@rollcall/status-sync'
import { createDashboard } from './app.ts'
import { createSite } from './auth/site.ts'
import type { DashboardEnv } from './env.ts'

const REDIS_FIRST_MS = 3_000
/** Requests under way may take as long as the longest of them may take. */
const CLOSE_MS = 12_000

export interface RunningDashboard {
  readonly url: string
  stop(): Promise<{ readonly jobsLeft: number }>
}

/** @throws CodedError PORT_TAKEN, CLOCK_TOO_FAR_OFF; whatever the database throws that does not answer */
export async function startDashboard(env: DashboardEnv): Promise<RunningDashboard> {
  const { DASHBOARD_PORT: port, DATABASE_URL, HOST: host, LOG_LEVEL, REDIS_URL, ROLLCALL_NAMESPACE: namespace } = env
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
  opened.defer(() => within(CLOSE_MS, 'requests under way', app.close()))
  await bindPort({ host, port, portSetting: 'DASHBOARD_PORT', listen: () => app.listen({ host, port }) })
  const closing = opened.move()
  const { port: listening } = app.server.address() as AddressInfo

  return {
    url: `http://${host}:${listening}`,
    async stop() {
      await closing.disposeAsync()
      logger.info('stopped')
      return { jobsLeft: 0 }
    },
  }
}
