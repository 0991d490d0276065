import type { Clock } from '@rollcall/engine'
import { createInMemoryClosures, createInMemoryLedger, type InMemoryLedger } from '@rollcall/engine/testing'
import type { WorkerDatabase } from '../worker/worker-parts.ts'

export interface MemoryDatabase extends WorkerDatabase {
  readonly ledger: InMemoryLedger
  readonly isClosed: () => boolean
}

/** The database of a fleet that lives in one process: several worker apps of a test share its ledger. */
export function createMemoryDatabase(clock: Clock, ledger = createInMemoryLedger()): MemoryDatabase {
  const holders = new Map<string, string>()
  let closed = false
  return {
    ledger,
    closures: createInMemoryClosures(),
    signals: ledger.signals,
    leases: {
      async acquire({ name, holder }) {
        if (holders.has(name) && holders.get(name) !== holder) return false
        holders.set(name, holder)
        return true
      },
      release: async ({ name }) => void holders.delete(name),
      now: async () => clock.now(),
    },
    ping: async () => {},
    warmUp: async () => {},
    close: async () => {
      closed = true
    },
    isClosed: () => closed,
  }
}
