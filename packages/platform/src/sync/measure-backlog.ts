import type { Clock, Closures, Ledger } from '@rollcall/engine'
import type { Metrics } from '../create-metrics.ts'

/** How many live runs stand in each state, since when the oldest does, and which resources are closed: for the whole fleet, from the ledger. */
export async function measureBacklog({
  ledger,
  closures,
  clock,
  metrics,
}: {
  readonly ledger: Pick<Ledger, 'backlog'>
  readonly closures: Pick<Closures, 'list'>
  readonly clock: Clock
  readonly metrics: Metrics
}): Promise<void> {
  const [rows, closed] = await Promise.all([ledger.backlog(), closures.list()])
  // What is not in the answer is gone, and must not go on being reported.
  metrics.backlogRuns.reset()
  metrics.backlogOldestSeconds.reset()
  for (const { process, state, status, count, oldestSince } of rows) {
    metrics.backlogRuns.set({ process, state, status }, count)
    metrics.backlogOldestSeconds.set({ process, state, status }, Math.max(0, clock.now() - oldestSince) / 1_000)
  }
  metrics.resourceClosed.reset()
  for (const { resource } of closed) metrics.resourceClosed.set({ resource }, 1)
}
