// The organisation registration service: who is registered, under which number, and how far. Everything it is built from is handed in; nothing
// is read from the environment and nothing listens here.
import { createKeyRing } from '@rollcall/database'
import {
  authentication,
  createHttpApp,
  createRequestLimits,
  createRequestMetrics,
  type HttpApp,
  healthLive,
  metricsRoute,
  registerHttpBasics,
} from '@rollcall/platform/http'
import { ACCESS } from './access.ts'
import { faults } from './faults/faults.ts'
import type { RegistrationDeps } from './registration-deps.ts'
import { batchStatus } from './routes/batch-status.ts'
import { changeRegistration } from './routes/change-registration.ts'
import { createRegistration } from './routes/create-registration.ts'
import { getByNumber } from './routes/get-by-number.ts'
import { getByUser } from './routes/get-by-user.ts'
import { getRegistration } from './routes/get-registration.ts'
import { healthReady } from './routes/health-ready.ts'
import { setFaults } from './routes/set-faults.ts'

export type { RegistrationDeps } from './registration-deps.ts'

/** A hundred keys of 64 characters, each of which JSON may write with six, and room to spare. */
const BODY_LIMIT = 128 * 1_024

export async function createRegistrationService(deps: RegistrationDeps): Promise<HttpApp> {
  const { logger, registrations } = deps
  const app = createHttpApp({ logger, trustProxy: false, bodyLimit: BODY_LIMIT })
  const metrics = createRequestMetrics(deps.registry)
  await registerHttpBasics(app, { metrics })
  // Before keys are judged: a service that is down answers nobody.
  if (deps.faults) await app.register(faults, { faults: deps.faults })
  const limits = await createRequestLimits(app, deps.requestsPerMinute)
  await app.register(authentication, { access: ACCESS, keyRing: createKeyRing(deps), limits, metrics })

  getByNumber(app, { registrations })
  getByUser(app, { registrations })
  batchStatus(app, { registrations })
  getRegistration(app, { registrations })
  createRegistration(app, deps)
  changeRegistration(app, deps)
  if (deps.faults) setFaults(app, { faults: deps.faults })
  healthLive(app)
  healthReady(app, deps)
  metricsRoute(app, deps)

  await app.ready()
  return app
}
