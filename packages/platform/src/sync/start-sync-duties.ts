// What worker-sync does for the whole fleet besides its queues. Each duty may be done by several processes at once without harm.
import { createAcceptRuns } from '@rollcall/engine'
import type { z } from 'zod'
import { CANARY_PROCESS } from '../canary/process.ts'
import { watchCanary } from '../canary/watch.ts'
import { type Loop, startLoop } from '../start-loop.ts'
import type { WorkerParts } from '../worker/worker-parts.ts'
import { measureBacklog } from './measure-backlog.ts'
import { startReconcileLoop } from './start-reconcile-loop.ts'
import type { syncEnv } from './sync-env.ts'

const SWEEP_EVERY_MS = 300_000
/** An ended canary is of no interest to anybody after this. */
const CANARY_KEPT_MS = 3_600_000
const CANARIES_PER_SWEEP = 1_000

export type SyncEnv = z.output<z.ZodObject<typeof syncEnv>>

export function startSyncDuties(parts: WorkerParts, env: SyncEnv): Loop[] {
  const { clock, database, dispatcher, logger, metrics, newId, notify, store } = parts
  const { closures, ledger } = database
  const acceptRuns = createAcceptRuns({ ledger, dispatcher, notify })
  const lookAtCanary = watchCanary({ acceptRuns, ledger, closures, dispatcher, store, clock, newId, logger, metrics })
  return [
    startReconcileLoop(parts, env.RECONCILE_EVERY_MS),
    startLoop({ name: 'canary', everyMs: env.CANARY_EVERY_MS, firstAfterMs: 0, pass: lookAtCanary, logger }),
    startLoop({
      name: 'backlog',
      everyMs: env.BACKLOG_EVERY_MS,
      firstAfterMs: 0,
      pass: () => measureBacklog({ ledger, closures, clock, metrics }),
      logger,
    }),
    startLoop({
      name: 'canary-sweep',
      everyMs: SWEEP_EVERY_MS,
      pass: () => ledger.deleteEnded({ process: CANARY_PROCESS, before: clock.now() - CANARY_KEPT_MS, limit: CANARIES_PER_SWEEP }),
      logger,
    }),
  ]
}
