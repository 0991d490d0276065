import { createInMemoryLedger } from './in-memory-ledger.ts'
import { describeSignalsContract } from './signals-contract.ts'

describeSignalsContract({
  name: 'the signals in memory',
  async open() {
    const ledger = createInMemoryLedger()
    const audits = async (runUuid: string) => ledger.signals.audits.filter(({ targetId }) => targetId === runUuid)
    return { ledger, signals: ledger.signals, audits, close: async () => undefined }
  },
})
