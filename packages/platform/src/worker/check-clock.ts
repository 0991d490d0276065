import { type Clock, CodedError, type Leases } from '@rollcall/engine'
import type { Logger } from '../create-logger.ts'
import type { Metrics } from '../create-metrics.ts'
import { platformErrors } from '../errors.ts'

const ALERT_MS = 2_000
const REFUSE_MS = 10_000

export interface ClockCheckDeps {
  readonly leases: Pick<Leases, 'now'>
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/**
 * Measures how far this machine's clock is ahead of the database's, by whose clock leases are held; due times are ours.
 * @returns milliseconds. @throws CodedError CLOCK_TOO_FAR_OFF
 */
export async function checkClock({ leases, clock, logger, metrics }: ClockCheckDeps): Promise<number> {
  const asked = clock.now()
  const theirs = await leases.now()
  const answered = clock.now()
  const offsetMs = Math.round((asked + answered) / 2 - theirs)
  metrics.clockOffsetSeconds.set(offsetMs / 1_000)
  const off = Math.abs(offsetMs)
  // The answer may have been given at either end of the round trip.
  const uncertainMs = (answered - asked) / 2
  if (off - uncertainMs > REFUSE_MS) {
    throw new CodedError(
      platformErrors.CLOCK_TOO_FAR_OFF,
      `It is ${offsetMs} ms ahead; at most ${REFUSE_MS} ms are accepted. Is NTP running?`,
    )
  }
  if (off - uncertainMs > ALERT_MS) logger.error({ offsetMs }, "this machine's clock differs from the database's")
  return offsetMs
}
