// The registration service as a process: its adapters, its port, the loop that tells of changes, and a good end.
import { createDatabase } from '@rollcall/database'
import { createIds, systemClock } from '@rollcall/engine'
import { checkClock, createLogger, createMetrics, createWebhook, startLoop } from '@rollcall/platform'
import { listen, type RunningServer, runningServer } from '@rollcall/platform/http'
import { createRegistrationService } from './app.ts'
import type { RegistrationEnv } from './env.ts'
import { createFaultSwitch } from './faults/fault-switch.ts'
import { createPusher } from './push/create-pusher.ts'
import { createPushMetrics } from './push/push-metrics.ts'

const PUSH_EVERY_MS = 1_000

/** @throws CodedError PORT_TAKEN, CLOCK_TOO_FAR_OFF; whatever the database throws that does not answer */
export async function startRegistrationService(env: RegistrationEnv): Promise<RunningServer> {
  const { DATABASE_URL, HOST, LOG_LEVEL, REGISTRATION_PORT: port, REGISTRATION_PUSH_SECRET, REGISTRATION_PUSH_URL } = env
  const logger = createLogger({ app: 'registration-service', level: LOG_LEVEL })

  await using opened = new AsyncDisposableStack()
  const database = await createDatabase({ url: DATABASE_URL })
  opened.defer(() => database.close())
  await database.ping()
  await database.warmUp()
  const metrics = createMetrics({ app: 'registration-service' })
  const { registry } = metrics
  await checkClock({ leases: database.leases, clock: systemClock, logger, metrics })

  const faults = env.REGISTRATION_FAULTS ? createFaultSwitch({ random: Math.random }) : null
  if (faults) logger.warn('PUT /faults can make this service fail')
  const app = await createRegistrationService({
    registrations: database.registrations,
    apiKeys: database.apiKeys,
    clock: systemClock,
    newId: createIds(systemClock),
    logger,
    registry,
    ping: () => database.ping(),
    requestsPerMinute: env.REGISTRATION_REQUESTS_PER_MINUTE,
    faults,
  })
  const url = await listen({ app, host: HOST, port, portSetting: 'REGISTRATION_PORT', opened })

  const ending = new AbortController()
  const pass = createPusher({
    events: database.registrationEvents,
    webhook: createWebhook({ url: REGISTRATION_PUSH_URL, secret: REGISTRATION_PUSH_SECRET }),
    clock: systemClock,
    random: Math.random,
    logger,
    metrics: createPushMetrics(registry),
    isDropping: () => faults?.current().dropPushes ?? false,
    ending: ending.signal,
  })
  const loop = startLoop({ name: 'push', everyMs: PUSH_EVERY_MS, pass, logger })
  opened.defer(() => loop.stop())
  opened.defer(() => ending.abort())
  return runningServer({ url, opened, logger })
}
