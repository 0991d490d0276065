import { createInMemoryLedger } from './in-memory-ledger.ts'
import { describeLedgerContract } from './ledger-contract/ledger-contract.ts'

describeLedgerContract({
  name: 'the ledger in memory',
  async open() {
    const ledger = createInMemoryLedger()
    return { ledger, history: async (uuid) => ledger.history(uuid), close: async () => undefined }
  },
})
