import { alertProcesses } from '@rollcall/alerts'
import { createDatabase } from '@rollcall/database'
import { createGraphDirectory } from '@rollcall/graph'
import { operationsProcesses } from '@rollcall/operations'
import { createLogger, createSealer, graphLimits, readEnv, runMain, startWorkerApp } from '@rollcall/platform'
import { provisioningProcesses } from '@rollcall/provisioning'
import { createCreateHandlers } from '@rollcall/provisioning/handlers'
import { statusSyncProcesses } from '@rollcall/status-sync'
import { createSessionHandlers } from '@rollcall/status-sync/handlers'
import { WorkerCreateEnv } from './env.ts'

await runMain({
  app: 'worker-create',
  async start() {
    const env = readEnv(WorkerCreateEnv, process.env)
    const directory = createGraphDirectory(env)
    const sealer = createSealer({ keys: env.CREDENTIAL_KEYS })
    const database = await createDatabase({ url: env.DATABASE_URL })
    return startWorkerApp({
      name: 'create',
      env,
      database,
      handlers: [
        ...createCreateHandlers({ directory, reservations: database.reservations, sealer }),
        ...createSessionHandlers({ sessions: directory.sessions, accounts: database.organisationAccounts }),
      ],
      processes: [...provisioningProcesses, ...operationsProcesses, ...alertProcesses, ...statusSyncProcesses],
      limits: graphLimits(env),
      logger: createLogger({ app: 'worker-create', level: env.LOG_LEVEL }),
    })
  },
})
