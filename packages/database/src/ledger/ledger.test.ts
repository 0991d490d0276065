import { describeLedgerContract } from '@rollcall/engine/testing/ledger-contract'
import { testDialects } from '../testing/test-dialects.ts'

for (const { dialect, open } of testDialects)
  describeLedgerContract({
    name: `the ledger over ${dialect}`,
    async open() {
      const { database, cleanup } = await open()
      return { ledger: database.ledger, history: (uuid) => database.ledger.history(uuid), close: cleanup }
    },
  })
