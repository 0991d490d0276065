import { alertProcesses } from '@rollcall/alerts'
import { createDatabase } from '@rollcall/database'
import { createGraphDirectory } from '@rollcall/graph'
import { operationsProcesses } from '@rollcall/operations'
import { createLogger, graphLimits, readEnv, runMain, startWorkerApp } from '@rollcall/platform'
import { provisioningProcesses } from '@rollcall/provisioning'
import { createPollHandlers } from '@rollcall/provisioning/handlers'
import { statusSyncProcesses } from '@rollcall/status-sync'
import { WorkerPollEnv } from './env.ts'

await runMain({
  app: 'worker-poll',
  async start() {
    const env = readEnv(WorkerPollEnv, process.env)
    const directory = createGraphDirectory(env)
    const database = await createDatabase({ url: env.DATABASE_URL })
    return startWorkerApp({
      name: 'poll',
      env,
      database,
      handlers: createPollHandlers({ directory }),
      processes: [...provisioningProcesses, ...operationsProcesses, ...alertProcesses, ...statusSyncProcesses],
      limits: graphLimits(env),
      logger: createLogger({ app: 'worker-poll', level: env.LOG_LEVEL }),
    })
  },
})
