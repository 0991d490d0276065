import { defineScenario } from '../harness/scenario.ts'
import { measureSync } from './measure-sync.ts'

const ORGANISATIONS = 100_000
const CHANGED = 0.01
const WANTED_MB = 200
/** Of what is collected now and then, and not at once. */
const FLAT = 1.1

const megabytes = { unit: 'MB', digits: 0, wanted: { atMost: WANTED_MB } }
const growth = { unit: '', digits: 2, wanted: { atMost: FLAT } }

export const statusSync = defineScenario({
  name: 'status-sync',
  about: `${ORGANISATIONS.toLocaleString('en')} organisations of which one in a hundred changes, with a real registration service over HTTP and SQLite; then once more, when nobody changes, with every statement of both workers counted, begin and commit of transactions and what the ledger and the workers' upkeep need included`,
  figures: {
    usersPerSecond: { what: 'users decided on and applied', unit: '/s', digits: 0, wanted: { atLeast: 2_000 } },
    applied: { what: 'changes applied', unit: '', digits: 0 },
    syncMb: { what: 'worker-sync at its most', ...megabytes },
    syncGrowth: { what: 'worker-sync: its most in the last third of deciding, over the first', ...growth },
    persistMb: { what: 'worker-persist at its most', ...megabytes },
    persistGrowth: { what: 'worker-persist: its most in the last third of applying, over the first', ...growth },
    serviceMb: { what: 'registration-service at its most', ...megabytes },
    serviceGrowth: { what: 'registration-service: its most in the last third of deciding, over the first', ...growth },
    usersPerCall: { what: 'users per HTTP call', unit: '', digits: 1, wanted: { atLeast: 30 } },
    cpuMsPerUser: { what: 'CPU of both workers and the service, per user', unit: 'ms', digits: 3 },
    statementsPerUnchanged: { what: 'SQL statements per user that has not changed', unit: '', digits: 3, wanted: { atMost: 0.1 } },
  },
  measure: async (say) => {
    const { sync, persist, service, ...measured } = await measureSync({ organisations: ORGANISATIONS, changed: CHANGED, say })
    return {
      ...measured,
      ...{ syncMb: sync.mostMb, syncGrowth: sync.growth },
      ...{ persistMb: persist.mostMb, persistGrowth: persist.growth },
      ...{ serviceMb: service.mostMb, serviceGrowth: service.growth },
    }
  },
})
