import { createInMemoryLedger } from '@rollcall/engine/testing'
import { describeAlertsContract } from './alerts-contract.ts'
import { createInMemoryAlerts } from './in-memory-alerts.ts'

describeAlertsContract({
  name: 'alerts in memory',
  async open() {
    const ledger = createInMemoryLedger()
    return { alerts: createInMemoryAlerts({ ledger }), ledger, close: async () => undefined }
  },
})
