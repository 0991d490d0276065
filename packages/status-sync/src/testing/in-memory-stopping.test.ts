import type { Halt } from '../ports/sync-runs.ts'
import { createInMemorySyncStores } from './in-memory-sync-stores.ts'
import { describeStoppingContract } from './stopping-contract.ts'

describeStoppingContract({
  name: 'sync runs in memory',
  async open() {
    const begun = new Set<string>()
    const live = new Set<string>()
    let fleet: Halt | null = null
    const { accounts, runs, transaction } = createInMemorySyncStores({
      begin: async (started) => {
        for (const { uuid } of started) begun.add(uuid)
      },
      haltOf: async (runUuid) => (live.has(runUuid) ? fleet : 'stopped'),
    })
    const stop = async (runUuid: string) => void live.delete(runUuid)
    return {
      ...{ accounts, runs, transaction, close: async () => undefined },
      hasBegun: async ({ uuid }) => begun.has(uuid),
      ledger: { accept: async (runUuid) => void live.add(runUuid), askToCancel: stop, end: stop, archive: stop },
      pauseFleet: async () => {
        fleet = 'fleetPaused'
      },
      letFleetGoOn: async () => {
        fleet = null
      },
    }
  },
})
