// The API as a process: its adapters around `createApi`, its port, and a good end.
import { alertProcesses } from '@rollcall/alerts'
import { createDatabase } from '@rollcall/database'
import { createDispatcher, createRedisResourceGate, createStateToday, restoreAccepted, systemClock } from '@rollcall/engine'
import { operationsProcesses } from '@rollcall/operations'
import {
  canary,
  checkClock,
  connectRedis,
  createLogger,
  createMetrics,
  createNotify,
  createSealer,
  disconnectRedis,
  expectedWorkers,
  readFleetHealth,
  redisReady,
} from '@rollcall/platform'
import { listen, type RunningServer, runningServer } from '@rollcall/platform/http'
import { provisioningProcesses } from '@rollcall/provisioning'
import { statusSyncProcesses, statusSyncSchedules } from '@rollcall/status-sync'
import { createApi } from './app.ts'
import type { ApiEnv } from './env.ts'

const REDIS_FIRST_MS = 3_000

/** @throws CodedError PORT_TAKEN, CLOCK_TOO_FAR_OFF; whatever the database throws that does not answer */
export async function startApi(env: ApiEnv): Promise<RunningServer> {
  const { API_PORT, DATABASE_URL, HOST, LOG_LEVEL, REDIS_URL, ROLLCALL_NAMESPACE: namespace } = env
  const logger = createLogger({ app: 'api', level: LOG_LEVEL })
  const processes = [...provisioningProcesses, ...operationsProcesses, ...alertProcesses, ...statusSyncProcesses, canary]

  await using opened = new AsyncDisposableStack()
  const database = await createDatabase({ url: DATABASE_URL })
  opened.defer(() => database.close())
  await database.ping()
  await database.warmUp()

  const connection = connectRedis({ url: REDIS_URL, role: 'producer', logger, name: 'api' })
  opened.defer(() => disconnectRedis(connection))
  const metrics = createMetrics({ app: 'api' })
  await checkClock({ leases: database.leases, clock: systemClock, logger, metrics })
  const notify = createNotify({ logger, metrics })
  const dispatcher = createDispatcher({ connection, namespace, processes })
  opened.defer(() => dispatcher.close())
  if (!(await redisReady(connection, REDIS_FIRST_MS))) logger.warn('redis is not there yet; requests are taken all the same')

  const readFleet = () => readFleetHealth({ connection, namespace }, expectedWorkers(processes))
  const api = await createApi({
    ledger: database.ledger,
    queries: database.ledger,
    accounts: database.accounts,
    credentials: database.credentials,
    sealer: createSealer({ keys: env.CREDENTIAL_KEYS }),
    unfinished: database.unfinished,
    cohorts: database.cohorts,
    alerts: database.alerts,
    schedules: database.schedules,
    scheduleDefinitions: statusSyncSchedules,
    signals: database.signals,
    syncRuns: database.syncRuns,
    jobReads: database.jobReads,
    organisationAccounts: database.organisationAccounts,
    accountOrders: database.accountOrders,
    pushSecrets: env.REGISTRATION_PUSH_SECRET,
    countChanges: ({ source, changes }) => metrics.accountStatusChanges.inc({ source }, changes),
    imports: database.imports,
    archive: database.archive,
    persons: database.persons,
    audit: database.audit,
    retention: env,
    apiKeys: database.apiKeys,
    closures: database.closures,
    // The API opens and closes gates; it takes no tokens from them.
    gate: createRedisResourceGate({ connection, namespace, limits: [], random: Math.random }),
    dispatcher,
    processes,
    clock: systemClock,
    notify,
    logger,
    registry: metrics.registry,
    requestsPerMinute: env.API_REQUESTS_PER_MINUTE,
    trustProxy: env.API_TRUST_PROXY,
    health: {
      database: () => database.ping(),
      redis: async () => void (await connection.ping()),
      async silentWorkers() {
        const { missing, silent } = await readFleet()
        return [...new Set([...missing, ...(silent ? [silent.worker] : [])])]
      },
    },
    readFleet,
  })
  const url = await listen({ app: api, host: HOST, port: API_PORT, portSetting: 'API_PORT', opened })
  // What a process that was killed had accepted and not yet enqueued.
  const ending = new AbortController()
  const restored = restoreAccepted({
    ledger: database.ledger,
    dispatcher,
    clock: systemClock,
    notify,
    stateToday: createStateToday(processes),
    signal: ending.signal,
  })
  opened.defer(async () => {
    ending.abort()
    await restored
  })
  return runningServer({ url, opened, logger })
}
