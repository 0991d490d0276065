// The settings that each app reads: one list, for `.env.example`, for the embedded fleet and for whoever checks an environment.
import type { z } from 'zod'
import { ApiEnv } from '../../apps/api/src/env.ts'
import { CliEnv } from '../../apps/cli/src/env.ts'
import { DashboardEnv } from '../../apps/dashboard/src/env.ts'
import { RegistrationEnv } from '../../apps/registration-service/src/env.ts'
import { SimulatorEnv } from '../../apps/simulators/src/env.ts'
import { WorkerCreateEnv } from '../../apps/worker-create/src/env.ts'
import { WorkerPersistEnv } from '../../apps/worker-persist/src/env.ts'
import { WorkerPollEnv } from '../../apps/worker-poll/src/env.ts'
import { WorkerSyncEnv } from '../../apps/worker-sync/src/env.ts'

export const APP_SCHEMAS = {
  api: ApiEnv,
  dashboard: DashboardEnv,
  'registration-service': RegistrationEnv,
  'worker-create': WorkerCreateEnv,
  'worker-poll': WorkerPollEnv,
  'worker-persist': WorkerPersistEnv,
  'worker-sync': WorkerSyncEnv,
  simulators: SimulatorEnv,
  cli: CliEnv,
} as const satisfies Readonly<Record<string, z.ZodObject>>
export type AppWithSettings = keyof typeof APP_SCHEMAS
