// What the fleet looks like from outside: who beats, and with whom the canary is stuck. Written by worker-sync, read by the API's readiness,
// the dashboard and the command line.
import type { ProcessDefinition, WorkerName } from '@rollcall/engine'
import { z } from 'zod'
import { type FleetStore, type Heartbeat, listHeartbeats } from './heartbeats.ts'

/** Longer than the canary's interval: the mark goes by itself when nobody watches any more. */
const MARK_LIVES_MS = 120_000

const SilentWorker = z.object({
  worker: z.enum(['create', 'poll', 'persist', 'sync', 'compute']),
  /** The state in which the canary is stuck. */
  state: z.string(),
  /** Since when the canary is under way, EpochMs. */
  since: z.number(),
})
/** A worker that takes no jobs, although it may beat. */
export interface SilentWorker extends Readonly<z.infer<typeof SilentWorker>> {
  readonly worker: WorkerName
}

export interface FleetHealth {
  readonly status: 'ok' | 'degraded'
  /** The worker that the canary is stuck with; null if it is on its way. */
  readonly silent: SilentWorker | null
  /** Expected workers of which no process beats. */
  readonly missing: readonly WorkerName[]
  readonly heartbeats: readonly Heartbeat[]
}

/** @param expected the workers that this fleet should have */
export async function readFleetHealth(store: FleetStore, expected: readonly WorkerName[]): Promise<FleetHealth> {
  const [mark, heartbeats] = await Promise.all([store.connection.get(markKey(store)), listHeartbeats(store)])
  const silent = mark === null ? null : (SilentWorker.safeParse(JSON.parse(mark)).data ?? null)
  const missing = expected.filter((worker) => !heartbeats.some((beat) => beat.worker === worker))
  return { status: silent || missing.length > 0 ? 'degraded' : 'ok', silent, missing, heartbeats }
}

export async function markSilent(store: FleetStore, silent: SilentWorker): Promise<void> {
  await store.connection.set(markKey(store), JSON.stringify(silent), 'PX', MARK_LIVES_MS)
}

export async function unmarkSilent(store: FleetStore): Promise<void> {
  await store.connection.del(markKey(store))
}

function markKey({ namespace }: FleetStore): string {
  return `{${namespace}}:silent`
}

/** The workers that a fleet of these processes should have: those that the tables name, and the one that keeps the fleet in order. */
export function expectedWorkers(processes: readonly ProcessDefinition[]): WorkerName[] {
  const named = processes.flatMap(({ states }) => Object.values(states).map(({ worker }) => worker))
  return [...new Set<WorkerName>([...named, 'sync'])]
}
