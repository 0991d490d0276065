import { retentionEnv, schedulesEnv, syncEnv, termsAgree, workerEnv } from '@rollcall/platform'
import { statusSyncSchedules } from '@rollcall/status-sync'
import { z } from 'zod'
import { alertsEnv, hasSecretWhereNeeded } from './alerts/alerts-env.ts'
import { nightlyEnv } from './nightly/nightly-env.ts'
import { registrationsEnv } from './registrations/registrations-env.ts'

/** The worker that keeps the fleet in order. */
export const WorkerSyncEnv = z
  .object({
    ...workerEnv({ port: 5024, concurrency: 10 }),
    ...syncEnv,
    ...registrationsEnv,
    ...schedulesEnv(statusSyncSchedules),
    ...alertsEnv,
    ...nightlyEnv,
    ...retentionEnv,
  })
  .refine(hasSecretWhereNeeded, { path: ['ALERT_WEBHOOK_SECRET'], error: 'is not set, although there is an address to send alerts to' })
  .check(termsAgree)
