import { z } from 'zod'
import { commonEnv, msSetting, portSetting } from '../common-env.ts'

/** What every worker app reads; an app adds its own and passes its standard port and how much it works at once. */
export function workerEnv({ port, concurrency }: { readonly port: number; readonly concurrency: number }) {
  return {
    ...commonEnv,
    WORKER_PORT: portSetting(port, "Port of this worker's health and metrics."),
    WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(1_000).default(concurrency).describe('Jobs under way at once, over all queues.'),
    SHUTDOWN_DEADLINE_MS: msSetting({
      standard: 15_000,
      min: 0,
      max: 300_000,
      description: 'How long a worker that was told to stop may finish what it has in hand.',
    }),
  }
}
export type WorkerEnv = z.output<z.ZodObject<ReturnType<typeof workerEnv>>>
