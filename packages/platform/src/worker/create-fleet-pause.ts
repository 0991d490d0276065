// Whether this process takes up work at all. The row of a closed fleet stands in SQL and is looked at again and again: so a pause outlives a
// flush of Redis and every restart, and holds for a worker that starts while it lasts. While SQL does not answer, the last word stands.
import { type Closures, FLEET, isClosed, type Workers } from '@rollcall/engine'
import type { Logger } from '../create-logger.ts'
import type { Metrics } from '../create-metrics.ts'

/** A pause is heard of by everybody within about this time. */
export const PAUSE_LOOK_EVERY_MS = 1_000

export interface FleetPause {
  look(): Promise<void>
  isPaused(): boolean
}

export interface FleetPauseDeps {
  readonly closures: Pick<Closures, 'list'>
  readonly workers: Pick<Workers, 'setPaused'>
  readonly logger: Logger
  readonly metrics: Metrics
}

export function createFleetPause({ closures, workers, logger, metrics }: FleetPauseDeps): FleetPause {
  let paused = false
  return {
    isPaused: () => paused,
    async look() {
      const wasPaused = paused
      paused = await isClosed(closures, FLEET)
      metrics.paused.set(paused ? 1 : 0)
      if (paused === wasPaused) return
      workers.setPaused(paused)
      logger.warn(paused ? 'the fleet is paused: taking up no new work' : 'the fleet goes on: taking up work again')
    },
  }
}
