import { createInMemoryLedger } from '@rollcall/engine/testing'
import { describeCohortStoreContract } from './cohort-store-contract.ts'
import { createInMemoryCohorts } from './in-memory-cohorts.ts'

describeCohortStoreContract({
  name: 'cohorts in memory',
  async open() {
    const ledger = createInMemoryLedger()
    return { ledger, cohorts: createInMemoryCohorts(ledger), close: async () => {} }
  },
})
