// Makes the queue agree with the ledger again: whatever Redis forgot, or a worker's death left behind, is put back.
// What must always hold: one reconciler at a time over the fleet (a lease by SQL's clock), passes never overlap, a pass only adds what the
// ledger waits for, so that running it once too often changes nothing; and every live run has its turn, however many are overdue.
import type { Clock } from './clock.ts'
import type { Dispatcher, StateJob } from './dispatcher.ts'
import type { Closures, DueRun, Leases, Ledger } from './ledger.ts'
import type { Notify } from './notice.ts'
import { type ProcessDefinition, stateToday } from './process-table.ts'
import type { ResourceGate } from './resource-gate.ts'
import { FLEET, probeEveryMs } from './resources.ts'
import type { EpochMs } from './run.ts'

/** A run is looked for in the queue once it is overdue by this much: anything sooner is the queue's own business. */
const OVERDUE_MS = 60_000
/** Runs that poll stay overdue for as long as they poll, so a pass may find more than it takes; the next one goes on behind it. */
const RUNS_PER_PASS = 20_000
const RUNS_PER_PAGE = 1_000
export const RECONCILE_LEASE = 'reconcile'
/** Of one page, at the longest; whoever dies with the lease keeps the others from their work for so long. */
const LEASE_MS = 15_000
/** Later than any run is due, and a time that SQL can still write. */
const END_OF_TIME = Date.UTC(9999, 0, 1)

export interface ReconcileDeps {
  readonly ledger: Pick<Ledger, 'due'>
  readonly dispatcher: Pick<Dispatcher, 'restore' | 'isForgetful' | 'beginRemembering' | 'remember'>
  readonly leases: Pick<Leases, 'acquire'>
  readonly closures: Pick<Closures, 'list'>
  readonly gate: Pick<ResourceGate, 'close' | 'isClosed' | 'reopen'>
  /** Those that the processes' tables name. */
  readonly resources: readonly string[]
  readonly clock: Clock
  readonly notify: Notify
  readonly instance: string
  /** Today's name of a state that an earlier release named otherwise; null where no process of this fleet knows it. */
  readonly stateToday: (run: Pick<DueRun, 'process' | 'state'>) => string | null
}

export interface ReconcilePass {
  readonly examined: number
  readonly restored: number
  /** Live runs that stand in a state of no known process: nobody can work them. */
  readonly stranded: number
  readonly flushed: boolean
}

/** Does one pass. Null: another instance holds the lease, or this one is still at its previous pass. */
export type Reconcile = () => Promise<ReconcilePass | null>

type Cursor = { readonly dueAt: EpochMs; readonly uuid: string } | null

export function createReconcile(deps: ReconcileDeps): Reconcile {
  const { clock, dispatcher, notify } = deps
  let going = false
  /** Where the previous pass stopped: round robin, since the oldest runs may be overdue for weeks while they poll. */
  let reached: Cursor = null

  return async () => {
    if (going) return null
    going = true
    try {
      return await pass()
    } finally {
      going = false
    }
  }

  async function pass(): Promise<ReconcilePass | null> {
    if (!(await holdsLease(deps))) return null
    const flushed = await dispatcher.isForgetful()
    const note = flushed ? await dispatcher.beginRemembering() : null
    await agreeOnClosures(deps)
    const walked = flushed
      ? await walk(deps, { before: END_OF_TIME, after: null, limit: Number.POSITIVE_INFINITY })
      : await walk(deps, { before: clock.now() - OVERDUE_MS, after: reached, limit: RUNS_PER_PASS })
    reached = walked.reached
    // Only after the whole walk: a reconciler that dies in the middle of it leaves the queue marked as forgetful. So does a flush in its middle.
    if (note !== null && walked.complete) await dispatcher.remember(note)
    const { examined, restored, stranded, failure } = walked
    notify({ kind: 'reconciled', examined, restored, flushed })
    if (stranded > 0) notify({ kind: 'unexpected', run: null, message: strandedMessage(stranded) })
    if (failure) throw failure.error
    return { examined, restored, stranded, flushed }
  }
}

function strandedMessage(stranded: number): string {
  return `${stranded} live runs stand in a state that no process of this fleet has. Deploy the release that knows them, or add the state to \`renamed\`.`
}

/** What a run's state is called today, for `ReconcileDeps`. */
export function createStateToday(processes: readonly ProcessDefinition[]): ReconcileDeps['stateToday'] {
  const byName = new Map(processes.map((process) => [process.name, process]))
  return ({ process, state }) => {
    const known = byName.get(process)
    return known ? stateToday(known, state) : null
  }
}

interface Walked {
  readonly examined: number
  readonly restored: number
  readonly stranded: number
  /** Where the next pass goes on; null: from the oldest. */
  readonly reached: Cursor
  /** Whether every run was seen to, with none left for want of time, lease or Redis. */
  readonly complete: boolean
  /** The first page that could not be restored. The pages behind it were not made to wait for it. */
  readonly failure: { readonly error: unknown } | null
}

async function walk(
  deps: ReconcileDeps,
  { before, after: from, limit }: { readonly before: EpochMs; readonly after: Cursor; readonly limit: number },
): Promise<Walked> {
  let after = from
  let examined = 0
  let restored = 0
  let stranded = 0
  let failure: Walked['failure'] = null
  while (examined < limit) {
    const page = await deps.ledger.due({ before, after, limit: RUNS_PER_PAGE })
    const jobs = page.map((run) => jobOf(deps, run)).filter((job) => job !== null)
    try {
      restored += await deps.dispatcher.restore(jobs)
    } catch (error) {
      failure ??= { error }
    }
    examined += page.length
    stranded += page.length - jobs.length
    const last = page.at(-1)
    if (page.length < RUNS_PER_PAGE || !last) return { examined, restored, stranded, reached: null, complete: !failure, failure }
    after = { dueAt: last.dueAt, uuid: last.uuid }
    if (!(await holdsLease(deps))) break
  }
  return { examined, restored, stranded, reached: after, complete: false, failure }
}

/** Takes the lease, or makes it last for another page. */
function holdsLease({ leases, instance }: ReconcileDeps): Promise<boolean> {
  return leases.acquire({ name: RECONCILE_LEASE, holder: instance, forMs: LEASE_MS })
}

function jobOf({ clock, stateToday: today }: ReconcileDeps, run: DueRun): StateJob | null {
  const { uuid, version, process, priority } = run
  const state = today(run)
  // Whatever became of the job that was lost, it may have been begun.
  return state === null ? null : { process, state, uuid, version, priority, delayMs: Math.max(0, run.dueAt - clock.now()), again: true }
}

/** A flushed gate is open, and one that could not be told that it is open again is closed; the rows in SQL say which ones must be which. */
async function agreeOnClosures({ closures, gate, clock, resources }: ReconcileDeps): Promise<void> {
  const isShut = await Promise.all(resources.map((resource) => gate.isClosed({ resource })))
  // Read after the gates: whoever closes one writes the row first, so a gate that was closed by then has its row, or has it no more.
  const standing = (await closures.list()).filter(({ resource }) => resource !== FLEET)
  for (const closure of standing) {
    await gate.close({ resource: closure.resource, probeEveryMs: probeEveryMs(closure), now: clock.now() })
  }
  const mended = resources.filter((name, index) => isShut[index] && !standing.some(({ resource }) => resource === name))
  for (const resource of mended) await gate.reopen({ resource })
}
