import { setTimeout as delay } from 'node:timers/promises'

/** Where the simulators take their time from; tests hand in one that they move themselves. */
export interface SimulatorClock {
  /** Milliseconds since the epoch. */
  now(): number
  sleep(ms: number): Promise<void>
}

export const systemClock: SimulatorClock = {
  now: () => Date.now(),
  sleep: async (ms) => {
    await delay(ms)
  },
}
