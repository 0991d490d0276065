import type { SimulatorClock } from '../clock.ts'

export interface ManualClock extends SimulatorClock {
  /** Moves time on and wakes who slept until then. */
  advance(ms: number): void
  /** Settles when somebody next goes to sleep, with how long for. */
  nextSleep(): Promise<number>
}

/** A clock that only tests move. */
export function createManualClock(start = Date.parse('2027-03-01T08:00:00Z')): ManualClock {
  let now = start
  let sleepers: { until: number; wake: () => void }[] = []
  let watchers: ((ms: number) => void)[] = []
  return {
    now: () => now,
    sleep(ms) {
      const { promise, resolve } = Promise.withResolvers<void>()
      sleepers.push({ until: now + ms, wake: resolve })
      for (const watch of watchers) watch(ms)
      watchers = []
      return promise
    },
    advance(ms) {
      now += ms
      const due = sleepers.filter(({ until }) => until <= now)
      sleepers = sleepers.filter(({ until }) => until > now)
      for (const { wake } of due) wake()
    },
    nextSleep() {
      const { promise, resolve } = Promise.withResolvers<number>()
      watchers.push(resolve)
      return promise
    },
  }
}
