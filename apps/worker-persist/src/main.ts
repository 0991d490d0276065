import { randomInt } from 'node:crypto'
import { createDatabase } from '@rollcall/database'
import { createIds, systemClock } from '@rollcall/engine'
import { operationsProcesses } from '@rollcall/operations'
import { createLogger, createSealer, readEnv, runMain, startWorkerApp } from '@rollcall/platform'
import { provisioningProcesses } from '@rollcall/provisioning'
import { createImportHandlers, createPersistHandlers, createUsernameDigits } from '@rollcall/provisioning/handlers'
import { WorkerPersistEnv } from './env.ts'

await runMain({
  app: 'worker-persist',
  async start() {
    const env = readEnv(WorkerPersistEnv, process.env)
    const sealer = createSealer({ keys: env.CREDENTIAL_KEYS })
    const newId = createIds(systemClock)
    // Each job here has a transaction of its own: as many connections as jobs, or they would wait for one another.
    const database = await createDatabase({ url: env.DATABASE_URL, poolSize: env.WORKER_CONCURRENCY })
    return startWorkerApp({
      name: 'persist',
      env,
      database,
      handlers: [
        ...createPersistHandlers({
          reservations: database.reservations,
          accounts: database.accounts,
          sealer,
          digits: createUsernameDigits(env.USERNAME_KEY),
          randomInt: (below) => randomInt(below),
          newId,
        }),
        ...createImportHandlers({ imports: database.imports, accounts: database.accounts, queries: database.ledger, newId }),
      ],
      processes: [...provisioningProcesses, ...operationsProcesses],
      logger: createLogger({ app: 'worker-persist', level: env.LOG_LEVEL }),
    })
  },
})
