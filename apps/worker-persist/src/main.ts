import { randomInt } from 'node:crypto'
import { alertProcesses } from '@rollcall/alerts'
import { createDatabase } from '@rollcall/database'
import { createIds, systemClock } from '@rollcall/engine'
import { operationsProcesses } from '@rollcall/operations'
import { createLogger, createSealer, readEnv, runMain, startWorkerApp } from '@rollcall/platform'
import { provisioningProcesses } from '@rollcall/provisioning'
import { createImportHandlers, createPersistHandlers, createUsernameDigits } from '@rollcall/provisioning/handlers'
import { createPushSettings, statusSyncProcesses } from '@rollcall/status-sync'
import { createApplyHandlers } from '@rollcall/status-sync/handlers'
import { assertUsernameKey } from './assert-username-key.ts'
import { WorkerPersistEnv } from './env.ts'

const CONNECTIONS = 20

await runMain({
  app: 'worker-persist',
  async start() {
    const env = readEnv(WorkerPersistEnv, process.env)
    const sealer = createSealer({ keys: env.CREDENTIAL_KEYS })
    const newId = createIds(systemClock)
    // Jobs share transactions, but for those that start many runs, of which few are under way at once.
    const database = await createDatabase({ url: env.DATABASE_URL, poolSize: Math.min(env.WORKER_CONCURRENCY, CONNECTIONS) })
    await assertUsernameKey({ keyFingerprints: database.keyFingerprints, key: env.USERNAME_KEY, clock: systemClock })
    return startWorkerApp({
      name: 'persist',
      env,
      database,
      handlers: (tools) => [
        ...createPersistHandlers({
          reservations: database.reservations,
          accounts: database.accounts,
          sealer,
          digits: createUsernameDigits(env.USERNAME_KEY),
          randomInt: (below) => randomInt(below),
          newId,
        }),
        ...createImportHandlers({ imports: database.imports, accounts: database.accounts, queries: database.ledger, newId }),
        ...createApplyHandlers({
          ...tools,
          accounts: database.organisationAccounts,
          syncRuns: database.syncRuns,
          pushSettings: createPushSettings(database.schedules),
          countChanges: ({ source, changes }) => tools.metrics.accountStatusChanges.inc({ source }, changes),
        }),
      ],
      processes: [...provisioningProcesses, ...operationsProcesses, ...alertProcesses, ...statusSyncProcesses],
      logger: createLogger({ app: 'worker-persist', level: env.LOG_LEVEL }),
    })
  },
})
