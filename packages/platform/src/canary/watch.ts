// Keeps one canary under way and says so when it is stuck. What must always hold: nobody is called silent for what Redis or the ledger did;
// the canary's job is put back whenever it is missing, so that what is measured are the workers.
import {
  type AcceptRuns,
  type Clock,
  type Closures,
  type Dispatcher,
  type EpochMs,
  FLEET,
  isClosed,
  type Ledger,
  prepareRun,
  priorityOf,
  type Run,
  rowOf,
} from '@rollcall/engine'
import type { Logger } from '../create-logger.ts'
import type { Metrics } from '../create-metrics.ts'
import { markSilent, type SilentWorker, unmarkSilent } from '../fleet/fleet-health.ts'
import type { FleetStore } from '../fleet/heartbeats.ts'
import { canary } from './process.ts'

export const CANARY_LATE_MS = 45_000
/** A worker that has just been handed a late canary is not to blame for its predecessor. */
const GRACE_MS = 15_000

export interface CanaryWatchDeps {
  readonly acceptRuns: AcceptRuns
  readonly ledger: Pick<Ledger, 'read'>
  readonly closures: Pick<Closures, 'list'>
  readonly dispatcher: Pick<Dispatcher, 'restore'>
  readonly store: FleetStore
  readonly clock: Clock
  readonly newId: () => string
  readonly logger: Logger
  readonly metrics: Metrics
}

/** @returns one look: starts a canary if none is under way, and answers who keeps the one that is for too long */
export function watchCanary({
  acceptRuns,
  ledger,
  closures,
  dispatcher,
  store,
  clock,
  newId,
  logger,
  metrics,
}: CanaryWatchDeps): () => Promise<SilentWorker | null> {
  /** Since when Redis and the ledger have answered every time, and nobody paused the fleet: for what was before, no worker is to blame. */
  let answeringSince: EpochMs | null = null
  store.connection.on('close', () => {
    answeringSince = null
  })
  let silent: SilentWorker | null = null

  return async () => {
    if (await isPaused()) return forget()
    const standing = await findStanding()
    const now = clock.now()
    answeringSince ??= now
    const found = standing && isLate({ standing, answeringSince, now }) ? silentIn(standing) : null
    await report(found)
    return found
  }

  async function isPaused(): Promise<boolean> {
    try {
      return await isClosed(closures, FLEET)
    } catch (error) {
      answeringSince = null
      throw error
    }
  }

  /** A paused worker takes no jobs, and is not silent for that. */
  async function forget(): Promise<null> {
    answeringSince = null
    if (!silent) return null
    metrics.canaryLate.set({ worker: silent.worker }, 0)
    silent = null
    await unmarkSilent(store)
    return null
  }

  async function findStanding(): Promise<Run | null> {
    try {
      const standing = await startUnlessStanding()
      if (standing) await dispatcher.restore([jobOf(standing, clock.now())])
      return standing
    } catch (error) {
      answeringSince = null
      throw error
    }
  }

  async function startUnlessStanding(): Promise<Run | null> {
    const now = clock.now()
    const groupUuid = newId()
    const priority = priorityOf({ lane: 'interactive', ahead: 0 })
    const input = { fleet: store.namespace }
    const run = prepareRun({ process: canary, input, groupUuid, requestedBy: 'worker-sync', priority, now, newId })
    const accepted = await acceptRuns({ groupUuid, request: null, runs: [run] })
    const [only] = accepted.kind === 'accepted' ? accepted.runs : []
    if (!only || only.inserted) return null
    const [standing] = await ledger.read([only.uuid])
    return standing?.dueAt == null ? null : standing
  }

  async function report(found: SilentWorker | null): Promise<void> {
    if (silent && silent.worker !== found?.worker) {
      metrics.canaryLate.set({ worker: silent.worker }, 0)
      logger.info({ worker: silent.worker }, 'worker takes jobs again')
    }
    if (found && silent?.worker !== found.worker) {
      const stuckForMs = clock.now() - found.since
      logger.error({ worker: found.worker, state: found.state, stuckForMs }, 'worker silent: the canary run is stuck with it')
    }
    if (found) metrics.canaryLate.set({ worker: found.worker }, 1)
    const hadMark = silent !== null
    silent = found
    if (found) await markSilent(store, found)
    else if (hadMark) await unmarkSilent(store)
  }
}

function isLate({ standing, answeringSince, now }: { standing: Run; answeringSince: EpochMs; now: EpochMs }): boolean {
  const { createdAt, stateSince } = standing
  return now - Math.max(createdAt, answeringSince) > CANARY_LATE_MS && now - stateSince > GRACE_MS
}

function silentIn({ state, createdAt }: Run): SilentWorker {
  return { worker: rowOf(canary, state).worker, state, since: createdAt }
}

function jobOf({ process, state, uuid, version, priority, dueAt }: Run, now: EpochMs) {
  return { process, state, uuid, version, priority, delayMs: Math.max(0, (dueAt ?? now) - now), again: true }
}
