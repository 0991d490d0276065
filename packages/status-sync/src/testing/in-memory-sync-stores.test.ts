import type { NewRun } from '@rollcall/engine'
import { createInMemorySyncStores } from './in-memory-sync-stores.ts'
import { describeOrganisationAccountsContract } from './organisation-accounts-contract.ts'
import { describeSyncRunsContract } from './sync-runs-contract.ts'

const close = async () => {}

describeOrganisationAccountsContract({
  name: 'accounts in memory',
  async open() {
    const { accounts, audit, transaction } = createInMemorySyncStores()
    return { accounts, transaction, auditOf: async (userId) => audit().filter(({ targetId }) => targetId === userId), close }
  },
})

describeSyncRunsContract({
  name: 'sync runs in memory',
  async open() {
    const begun = new Map<string, NewRun>()
    const { accounts, runs, transaction } = createInMemorySyncStores({
      begin: async (started) => {
        for (const run of started) if (!begun.has(run.liveKey)) begun.set(run.liveKey, run)
      },
    })
    return { accounts, runs, transaction, hasBegun: async (run) => begun.get(run.liveKey)?.uuid === run.uuid, close }
  },
})
