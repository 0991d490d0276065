import { alertProcesses } from '@rollcall/alerts'
import { type AlertLog, createAlertHandlers } from '@rollcall/alerts/handlers'
import { createDatabase } from '@rollcall/database'
import { operationsProcesses } from '@rollcall/operations'
import { createOperationsHandlers } from '@rollcall/operations/handlers'
import { createLogger, readEnv, runMain, startSchedules, startSyncDuties, startWorkerApp } from '@rollcall/platform'
import { provisioningProcesses } from '@rollcall/provisioning'
import { statusSyncProcesses, statusSyncSchedules } from '@rollcall/status-sync'
import { createSyncHandlers } from '@rollcall/status-sync/handlers'
import { startAlerts } from './alerts/start-alerts.ts'
import { WATCHED } from './alerts/watched.ts'
import { webhooksOf } from './alerts/webhooks-of.ts'
import { WorkerSyncEnv } from './env.ts'
import { startCredentialErasure } from './erase-credentials.ts'
import { startNightly } from './nightly/start-nightly.ts'
import { startRequestPurge } from './purge-requests.ts'
import { createAsker } from './registrations/create-asker.ts'
import { startImportSweep } from './sweep-imports.ts'

await runMain({
  app: 'worker-sync',
  async start() {
    const env = readEnv(WorkerSyncEnv, process.env)
    const database = await createDatabase({ url: env.DATABASE_URL })
    const logger = createLogger({ app: 'worker-sync', level: env.LOG_LEVEL })
    const { webhook, heartbeat } = webhooksOf(env)
    const log: AlertLog = (level, fields, message) => logger[level](fields, message)
    return startWorkerApp({
      name: 'sync',
      env,
      database,
      handlers: (tools) => {
        const registrations = createAsker(env, { logger, metrics: tools.metrics })
        return [
          ...createOperationsHandlers({
            ...tools,
            ledger: database.ledger,
            cohorts: database.cohorts,
            scheduleDefinitions: statusSyncSchedules,
          }),
          ...createSyncHandlers({
            ...tools,
            accounts: database.organisationAccounts,
            syncRuns: database.syncRuns,
            registrations,
            probes: {
              sql: () => database.ping(),
              redis: () => tools.dispatcher.isForgetful(),
              registrations: (signal) => registrations({ maxRetries: 0 }).ping(signal),
            },
          }),
          ...createAlertHandlers({ webhook, fleet: env.ROLLCALL_NAMESPACE, queries: database.ledger, log }),
        ]
      },
      processes: [...provisioningProcesses, ...operationsProcesses, ...alertProcesses, ...statusSyncProcesses],
      logger,
      duties: (parts) => [
        ...startSyncDuties(parts, env),
        startSchedules(
          { schedules: database.schedules, definitions: statusSyncSchedules, environment: env, everyMs: env.SCHEDULES_EVERY_MS },
          parts,
        ),
        startAlerts({ database, parts, env, heartbeat, log, watched: WATCHED }),
        startNightly({ database, parts, env }),
        startRequestPurge(database, parts),
        startImportSweep(database, parts),
        startCredentialErasure({ credentials: database.credentials, keptDays: env.CREDENTIAL_KEPT_DAYS }, parts),
      ],
    })
  },
})
