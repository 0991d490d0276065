import { describeSchedulesContract } from '@rollcall/engine/testing/schedules-contract'
import { testDialects } from '../testing/test-dialects.ts'

for (const { dialect, open } of testDialects)
  describeSchedulesContract({
    name: `the schedules over ${dialect}`,
    async open() {
      const { database, cleanup } = await open()
      const { audit, ledger, schedules } = database
      const audits = async (name: string) => (await audit.list({ targetType: 'schedule', targetId: name, limit: 20 })).toReversed()
      return { ledger, schedules, audits, close: cleanup }
    },
  })
