import type { Halt } from '../ports/sync-runs.ts'
import { createInMemorySyncStores } from './in-memory-sync-stores.ts'
import { describeStoppingContract } from './stopping-contract.ts'

describeStoppingContract({
  name: 'sync runs in memory',
  async open() {
    const begun = new Set<string>()
    /** The versions at which they stand. */
    const live = new Map<string, number>()
    let fleet: Halt | null = null
    const { accounts, runs, transaction } = createInMemorySyncStores({
      begin: async (started) => {
        for (const { uuid } of started) begun.add(uuid)
      },
      haltOf: async ({ runUuid, expectedVersion }) => (live.get(runUuid) === expectedVersion ? fleet : 'stopped'),
    })
    const stop = async (runUuid: string) => void live.delete(runUuid)
    return {
      ...{ accounts, runs, transaction, close: async () => undefined },
      hasBegun: async ({ uuid }) => begun.has(uuid),
      ledger: {
        ...{ askToCancel: stop, end: stop, archive: stop },
        accept: async (runUuid) => void live.set(runUuid, 1),
        moveOn: async (runUuid) => void live.set(runUuid, 2),
      },
      pauseFleet: async () => {
        fleet = 'fleetPaused'
      },
      letFleetGoOn: async () => {
        fleet = null
      },
    }
  },
})
