import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock, WorkerName } from '@rollcall/engine'
import type { Logger } from '../create-logger.ts'
import { type Loop, startLoop } from '../start-loop.ts'
import { type FleetStore, removeHeartbeat, writeHeartbeat } from './heartbeats.ts'

const BEAT_EVERY_MS = 5_000
const LAG_RESOLUTION_MS = 20
const NS_PER_MS = 1e6

export interface HeartbeatOptions extends FleetStore {
  readonly worker: WorkerName
  readonly instance: string
  readonly jobsInHand: () => number
  readonly clock: Clock
  readonly logger: Logger
}

/** Beats at once and then every five seconds; stopping takes the heartbeat away. */
export function startHeartbeat({ connection, namespace, worker, instance, jobsInHand, clock, logger }: HeartbeatOptions): Loop {
  const startedAt = clock.now()
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS })
  lag.enable()
  const loop = startLoop({
    name: 'heartbeat',
    everyMs: BEAT_EVERY_MS,
    firstAfterMs: 0,
    logger,
    async pass() {
      // The monitor measures the whole interval of its timer; what is above that, the loop was held up.
      const loopLagMs = Math.max(0, Math.round(lag.percentile(99) / NS_PER_MS) - LAG_RESOLUTION_MS)
      lag.reset()
      const heartbeat = { worker, instance, at: clock.now(), startedAt, jobsInHand: jobsInHand(), loopLagMs }
      await writeHeartbeat({ connection, namespace }, heartbeat)
    },
  })
  return {
    async stop() {
      await loop.stop()
      lag.disable()
      // Redis may be away just now; the heartbeat then expires by itself.
      await removeHeartbeat({ connection, namespace }, { worker, instance }).catch((err: unknown) =>
        logger.debug({ err }, 'heartbeat left to expire'),
      )
    },
  }
}
