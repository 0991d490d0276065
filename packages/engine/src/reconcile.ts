// Makes the queue agree with the ledger again: whatever Redis forgot, or a worker's death left behind, is put back.
// What must always hold: one reconciler at a time over the fleet (a lease by SQL's clock), passes never overlap, and a pass only adds what
// the ledger waits for, so that running it once too often changes nothing.
import type { Clock } from './clock.ts'
import type { Dispatcher, StateJob } from './dispatcher.ts'
import type { Closures, DueRun, Leases, Ledger } from './ledger.ts'
import type { Notify } from './notice.ts'
import type { ResourceGate } from './resource-gate.ts'
import { PROBE_EVERY_MS } from './resources.ts'

/** A run is looked for in the queue once it is overdue by this much: anything sooner is the queue's own business. */
const OVERDUE_MS = 60_000
const RUNS_PER_PASS = 20_000
const RUNS_PER_PAGE = 1_000
const LEASE = 'reconcile'
const LEASE_MS = 60_000

export interface ReconcileDeps {
  readonly ledger: Ledger
  readonly dispatcher: Dispatcher
  readonly leases: Leases
  readonly closures: Closures
  readonly gate: ResourceGate
  readonly clock: Clock
  readonly notify: Notify
  readonly instance: string
  /** Today's name of a state that an earlier release named otherwise. */
  readonly stateToday: (run: Pick<DueRun, 'process' | 'state'>) => string
}

export interface ReconcilePass {
  readonly examined: number
  readonly restored: number
  readonly flushed: boolean
}

/** @returns what the pass did, or null if another instance holds the lease */
export async function reconcile(deps: ReconcileDeps): Promise<ReconcilePass | null> {
  const { clock, dispatcher, instance, leases, notify } = deps
  if (!(await leases.acquire({ name: LEASE, holder: instance, forMs: LEASE_MS }))) return null
  const flushed = await dispatcher.isForgetful()
  const before = flushed ? Number.MAX_SAFE_INTEGER : clock.now() - OVERDUE_MS
  await closeAgain(deps)
  const counted = await walk(deps, { before, limit: flushed ? Number.POSITIVE_INFINITY : RUNS_PER_PASS })
  // Only after the whole walk: a reconciler that dies in the middle of it leaves the queue marked as forgetful.
  if (flushed && counted.complete) await dispatcher.remember()
  const pass = { examined: counted.examined, restored: counted.restored, flushed }
  notify({ kind: 'reconciled', ...pass })
  return pass
}

async function walk(
  deps: ReconcileDeps,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<{ examined: number; restored: number; complete: boolean }> {
  const { dispatcher, instance, leases, ledger } = deps
  let after: { dueAt: number; uuid: string } | null = null
  let examined = 0
  let restored = 0
  while (examined < limit) {
    const page: DueRun[] = await ledger.due({ before, after, limit: RUNS_PER_PAGE })
    restored += await dispatcher.restore(page.map((run) => jobOf(deps, run)))
    examined += page.length
    const last = page.at(-1)
    if (page.length < RUNS_PER_PAGE || !last) break
    after = { dueAt: last.dueAt, uuid: last.uuid }
    if (!(await leases.acquire({ name: LEASE, holder: instance, forMs: LEASE_MS }))) return { examined, restored, complete: false }
  }
  return { examined, restored, complete: true }
}

function jobOf({ clock, stateToday }: ReconcileDeps, run: DueRun): StateJob {
  const { uuid, version, process, priority } = run
  return { process, state: stateToday(run), uuid, version, priority, delayMs: Math.max(0, run.dueAt - clock.now()) }
}

/** A flushed gate is open; the rows in SQL say which ones must not be. */
async function closeAgain({ closures, gate, clock }: ReconcileDeps): Promise<void> {
  for (const { resource } of await closures.list()) await gate.close({ resource, probeEveryMs: PROBE_EVERY_MS, now: clock.now() })
}
