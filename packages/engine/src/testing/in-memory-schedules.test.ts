import { createInMemoryLedger } from './in-memory-ledger.ts'
import { createInMemorySchedules } from './in-memory-schedules.ts'
import { describeSchedulesContract } from './schedules-contract.ts'

describeSchedulesContract({
  name: 'the schedules in memory',
  async open() {
    const ledger = createInMemoryLedger()
    const schedules = createInMemorySchedules(ledger)
    const audits = async (name: string) => schedules.audits.filter(({ targetId }) => targetId === name)
    return { ledger, schedules, audits, close: async () => undefined }
  },
})
