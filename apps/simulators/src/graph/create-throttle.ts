/*
 * The two buckets of the directory service for one application in one tenant: resource units and writes.
 * A bucket's level rises by the cost of every request, refused ones included (so that hammering a closed door keeps it
 * closed), and drains at `perWindow / windowMs`. Above `perWindow` a request is refused. The level stops at twice the
 * capacity, so the longest wait is one window.
 */
import type { SimulatorClock } from '../clock.ts'
import type { Cost } from './costs.ts'

interface BucketSettings {
  readonly perWindow: number
  readonly windowMs: number
}
export interface ThrottleSettings {
  readonly enabled: boolean
  readonly resourceUnits: BucketSettings
  readonly writes: BucketSettings
}
export interface Throttled {
  readonly retryAfterSeconds: number
  readonly scope: 'Write' | 'ReadWrite'
  readonly information: 'WriteLimitExceeded' | 'ResourceUnitLimitExceeded'
}
export interface Throttle {
  /** Charges the cost and says whether the request is refused. */
  charge(cost: Cost): Throttled | undefined
  /** Gives resource units back: refused requests (400, 403) are billed none. */
  refund(resourceUnits: number): void
  /** How full the fuller bucket is; 1 is the limit. */
  fullness(): number
  configure(settings: ThrottleSettings): void
  settings(): ThrottleSettings
  empty(): void
}

/** A large tenant (over 500 users): 8,000 units in 10 s, 3,000 writes in 2 min 30 s. */
export const GRAPH_LIMITS: ThrottleSettings = {
  enabled: true,
  resourceUnits: { perWindow: 8000, windowMs: 10_000 },
  writes: { perWindow: 3000, windowMs: 150_000 },
}
const OVERFLOW = 2

export function createThrottle({ clock, settings: initial }: { clock: SimulatorClock; settings: ThrottleSettings }): Throttle {
  let settings = initial
  let units = createBucket({ clock, settings: settings.resourceUnits })
  let writes = createBucket({ clock, settings: settings.writes })
  return {
    charge({ resourceUnits, writes: writeCount }) {
      if (!settings.enabled) return undefined
      const writeWaitMs = writeCount === 0 ? 0 : writes.add(writeCount)
      const unitWaitMs = units.add(resourceUnits)
      if (writeWaitMs > 0 && writeWaitMs >= unitWaitMs) {
        return { retryAfterSeconds: toSeconds(writeWaitMs), scope: 'Write', information: 'WriteLimitExceeded' }
      }
      if (unitWaitMs > 0) return { retryAfterSeconds: toSeconds(unitWaitMs), scope: 'ReadWrite', information: 'ResourceUnitLimitExceeded' }
      return undefined
    },
    refund: (resourceUnits) => units.remove(resourceUnits),
    fullness: () => (settings.enabled ? Math.max(units.fullness(), writes.fullness()) : 0),
    configure(next) {
      settings = next
      units = createBucket({ clock, settings: next.resourceUnits })
      writes = createBucket({ clock, settings: next.writes })
    },
    settings: () => settings,
    empty() {
      units.clear()
      writes.clear()
    },
  }
}

function createBucket({ clock, settings }: { clock: SimulatorClock; settings: BucketSettings }) {
  const { perWindow, windowMs } = settings
  let level = 0
  let drainedAt = clock.now()
  const drain = () => {
    const now = clock.now()
    level = Math.max(0, level - ((now - drainedAt) * perWindow) / windowMs)
    drainedAt = now
  }
  return {
    /** Milliseconds to wait before as much fits again; 0 when it fitted. */
    add(amount: number): number {
      drain()
      const wanted = level + amount
      level = Math.min(wanted, Math.max(perWindow * OVERFLOW, amount))
      return wanted > perWindow ? ((level - perWindow) * windowMs) / perWindow : 0
    },
    remove(amount: number): void {
      level = Math.max(0, level - amount)
    },
    fullness(): number {
      drain()
      return level / perWindow
    },
    clear(): void {
      level = 0
    },
  }
}

function toSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}
