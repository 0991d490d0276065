import type { Clock } from '../clock.ts'
import type { Leases } from '../ledger.ts'

/** Leases by the clock that is handed in, which stands for SQL's. */
export function createInMemoryLeases(clock: Clock): Leases {
  const held = new Map<string, { readonly holder: string; readonly until: number }>()
  return {
    async acquire({ name, holder, forMs }) {
      const now = clock.now()
      const lease = held.get(name)
      if (lease && lease.holder !== holder && lease.until > now) return false
      held.set(name, { holder, until: now + forMs })
      return true
    },
    async release({ name, holder }) {
      if (held.get(name)?.holder === holder) held.delete(name)
    },
    now: async () => clock.now(),
  }
}
