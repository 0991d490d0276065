import { createDatabase } from '@rollcall/database'
import { operationsProcesses } from '@rollcall/operations'
import { createOperationsHandlers } from '@rollcall/operations/handlers'
import { createLogger, readEnv, runMain, startSyncDuties, startWorkerApp } from '@rollcall/platform'
import { provisioningProcesses } from '@rollcall/provisioning'
import { WorkerSyncEnv } from './env.ts'
import { startCredentialErasure } from './erase-credentials.ts'
import { startNightly } from './nightly/start-nightly.ts'
import { startRequestPurge } from './purge-requests.ts'
import { startImportSweep } from './sweep-imports.ts'

await runMain({
  app: 'worker-sync',
  async start() {
    const env = readEnv(WorkerSyncEnv, process.env)
    const database = await createDatabase({ url: env.DATABASE_URL })
    return startWorkerApp({
      name: 'sync',
      env,
      database,
      handlers: (tools) => createOperationsHandlers({ ...tools, ledger: database.ledger, cohorts: database.cohorts }),
      processes: [...provisioningProcesses, ...operationsProcesses],
      logger: createLogger({ app: 'worker-sync', level: env.LOG_LEVEL }),
      duties: (parts) => [
        ...startSyncDuties(parts, env),
        startNightly({ database, parts, env }),
        startRequestPurge(database, parts),
        startImportSweep(database, parts),
        startCredentialErasure({ credentials: database.credentials, keptDays: env.CREDENTIAL_KEPT_DAYS }, parts),
      ],
    })
  },
})
