import { defineScenario } from '../harness/scenario.ts'
import { measureSync } from './measure-sync.ts'

const ORGANISATIONS = 100_000
const CHANGED = 0.01
const WANTED_MB = 200

export const statusSync = defineScenario({
  name: 'status-sync',
  about: `${ORGANISATIONS.toLocaleString('en')} organisations of which one in a hundred changes, with a real registration service over HTTP and SQLite; then once more, when nobody changes, with the statements of both workers counted`,
  figures: {
    usersPerSecond: { what: 'users decided on and applied', unit: '/s', digits: 0, wanted: { atLeast: 2_000 } },
    applied: { what: 'changes applied', unit: '', digits: 0 },
    syncMb: { what: 'worker-sync at its most', unit: 'MB', digits: 0, wanted: { atMost: WANTED_MB } },
    persistMb: { what: 'worker-persist at its most', unit: 'MB', digits: 0, wanted: { atMost: WANTED_MB } },
    usersPerCall: { what: 'users per HTTP call', unit: '', digits: 1, wanted: { atLeast: 30 } },
    cpuMsPerUser: { what: 'CPU of both workers and the service, per user', unit: 'ms', digits: 3 },
    statementsPerUnchanged: { what: 'SQL statements per user that has not changed', unit: '', digits: 3, wanted: { atMost: 0.1 } },
    statementsAround: { what: 'besides, begin and end of transactions, and items of odd registrations', unit: '', digits: 3 },
  },
  measure: (say) => measureSync({ organisations: ORGANISATIONS, changed: CHANGED, say }),
})
