import { createReconcile, createStateToday, type Dispatcher, RECONCILE_LEASE, resourcesOf } from '@rollcall/engine'
import { type Loop, startLoop } from '../start-loop.ts'
import type { WorkerParts } from '../worker/worker-parts.ts'
import { watchOutages } from './watch-outages.ts'

/** A fleet that starts may have been away for long. */
const FIRST_PASS_MS = 1_000

type FromWorker = Pick<WorkerParts, 'clock' | 'database' | 'gate' | 'instance' | 'logger' | 'notify' | 'processes' | 'store'>
interface ReconcileParts extends FromWorker {
  readonly dispatcher: Dispatcher
}

/**
 * Makes the queue agree with the ledger, again and again. What was accepted while Redis was away has no job, and is not overdue either: after
 * an outage everything is looked at, as after a loss of memory.
 */
export function startReconcileLoop(parts: ReconcileParts, everyMs: number): Loop {
  const { clock, database, dispatcher, gate, instance, logger, notify, processes, store } = parts
  const { closures, leases, ledger } = database
  const isAftermath = watchOutages({ connection: store.connection, clock })
  const pass = createReconcile({
    ledger,
    dispatcher: { ...dispatcher, isForgetful: async () => isAftermath() || dispatcher.isForgetful() },
    leases,
    closures,
    gate,
    clock,
    notify,
    instance,
    resources: resourcesOf(processes),
    stateToday: createStateToday(processes),
  })
  const loop = startLoop({ name: 'reconcile', everyMs, firstAfterMs: Math.min(everyMs, FIRST_PASS_MS), pass, logger })
  return {
    async stop() {
      await loop.stop()
      // Whoever takes over need not wait until it has run out; while SQL is away he must.
      await leases
        .release({ name: RECONCILE_LEASE, holder: instance })
        .catch((err: unknown) => logger.debug({ err }, 'the lease of reconcile is left to run out'))
    },
  }
}
