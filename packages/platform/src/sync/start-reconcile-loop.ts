import { createReconcile, createStateToday, systemClock } from '@rollcall/engine'
import { type Loop, startLoop } from '../start-loop.ts'
import type { WorkerParts } from '../worker/worker-parts.ts'

/** Makes the queue agree with the ledger, again and again. The first pass comes soon: a fleet that starts may have been away for long. */
export function startReconcileLoop(parts: WorkerParts, everyMs: number): Loop {
  const { clock = systemClock, database, dispatcher, gate, instance, logger, notify, processes } = parts
  const { closures, leases, ledger } = database
  const stateToday = createStateToday(processes)
  const pass = createReconcile({ ledger, dispatcher, leases, closures, gate, clock, notify, instance, stateToday })
  return startLoop({ name: 'reconcile', everyMs, firstAfterMs: Math.min(everyMs, FIRST_PASS_MS), pass, logger })
}

const FIRST_PASS_MS = 1_000
