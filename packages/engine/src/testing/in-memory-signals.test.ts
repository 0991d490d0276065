import { createInMemoryLedger } from './in-memory-ledger.ts'
import { describeSignalsContract } from './signals-contract.ts'

describeSignalsContract({
  name: 'the signals in memory',
  async open() {
    const ledger = createInMemoryLedger()
    return { ledger, signals: ledger.signals, close: async () => undefined }
  },
})
