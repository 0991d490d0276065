// One worker of one release of the small process in parcel.ts, as a process of its own: RELEASE and WORKER say which.
import { createDatabase } from '@rollcall/database'
import { createLogger, readEnv, runMain, startSyncDuties, startWorkerApp, syncEnv, workerEnv } from '@rollcall/platform'
import { Redis } from 'ioredis'
import { z } from 'zod'
import { parcelHandlers, RELEASES, type Release } from './parcel.ts'

const Settings = z.object({
  ...workerEnv({ port: 0, concurrency: 20 }),
  ...syncEnv,
  RELEASE: z.enum(Object.keys(RELEASES) as [Release, ...Release[]]),
  WORKER: z.enum(['create', 'poll', 'persist', 'sync']),
})

await runMain({
  app: 'release',
  async start() {
    const env = readEnv(Settings, process.env)
    const redis = new Redis(env.REDIS_URL)
    return startWorkerApp({
      name: env.WORKER,
      env,
      database: await createDatabase({ url: env.DATABASE_URL }),
      handlers: parcelHandlers({
        release: env.RELEASE,
        worker: env.WORKER,
        send: async (id) => void (await redis.hincrby('parcels-sent', id, 1)),
      }),
      processes: [RELEASES[env.RELEASE]],
      logger: createLogger({ app: `worker-${env.WORKER}`, instance: env.RELEASE, level: env.LOG_LEVEL }),
      duties: (parts) => (env.WORKER === 'sync' ? startSyncDuties(parts, env) : []),
    })
  },
})
