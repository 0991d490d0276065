import { defineScenario } from '../harness/scenario.ts'
import { contend, JOBS_PER_QUEUE, type Measured } from './contend.ts'

const RUNS = 10_000
const ACCOUNTS = 3_000
/** As the fleet runs them: what persists, what writes outside, what neither does. */
const PROCESS_PER_WORKER = [['persist'], ['create'], ['compute']]
const ONE_PROCESS = [['persist', 'create', 'compute', 'poll']]

const cpuOf = ({ nodeCpuMsPerRun, redisCpuMsPerRun }: Measured) => nodeCpuMsPerRun + redisCpuMsPerRun

export const engine = defineScenario({
  name: 'engine',
  about: `${RUNS} runs of five states that do nothing, with their ledger in SQLite, beside the same five queues chained by hand without one; ${JOBS_PER_QUEUE} jobs in hand per queue on both sides`,
  figures: {
    ratio: { what: 'ours beside the bare chain, a process per worker', unit: '', wanted: { atLeast: 0.7 } },
    runsPerSecond: { what: 'completed runs, a process per worker', unit: '/s', digits: 0 },
    bareRunsPerSecond: { what: 'the bare chain, a process per worker', unit: '/s', digits: 0 },
    cpuMs: { what: 'CPU of a run, all processes and Redis', unit: 'ms', wanted: { atMost: 1.7 } },
    redisCpuMs: { what: 'of that, Redis', unit: 'ms' },
    bareCpuMs: { what: 'CPU of a run of the bare chain', unit: 'ms' },
    bareRedisCpuMs: { what: 'of that, Redis', unit: 'ms' },
    ratioInOne: { what: 'ours beside the bare chain, all in one process', unit: '' },
    runsPerSecondInOne: { what: 'completed runs, all in one process', unit: '/s', digits: 0 },
    bareRunsPerSecondInOne: { what: 'the bare chain, all in one process', unit: '/s', digits: 0 },
    cpuMsInOne: { what: 'CPU of a run, all in one process, and Redis', unit: 'ms' },
    accountsPerSecond: { what: 'account-create with its directory in memory, one process', unit: '/s', digits: 0 },
    accountCpuMs: { what: 'CPU of an account', unit: 'ms' },
    accountSqlRequests: { what: 'requests of an account to the ledger, its own writes aside', unit: '' },
  },
  async measure(say) {
    say('the bare chain, a process per worker')
    const bare = await contend({ contender: 'bare-contender', runs: RUNS, layout: PROCESS_PER_WORKER })
    say('ours, a process per worker')
    const ours = await contend({ contender: 'five-states-contender', runs: RUNS, layout: PROCESS_PER_WORKER })
    say('the bare chain in one process')
    const bareInOne = await contend({ contender: 'bare-contender', runs: RUNS, layout: ONE_PROCESS })
    say('ours in one process')
    const oursInOne = await contend({ contender: 'five-states-contender', runs: RUNS, layout: ONE_PROCESS })
    say('account-create in one process')
    const accounts = await contend({ contender: 'account-create-contender', runs: ACCOUNTS, layout: ONE_PROCESS })
    return {
      ratio: ours.runsPerSecond / bare.runsPerSecond,
      runsPerSecond: ours.runsPerSecond,
      bareRunsPerSecond: bare.runsPerSecond,
      cpuMs: cpuOf(ours),
      redisCpuMs: ours.redisCpuMsPerRun,
      bareCpuMs: cpuOf(bare),
      bareRedisCpuMs: bare.redisCpuMsPerRun,
      ratioInOne: oursInOne.runsPerSecond / bareInOne.runsPerSecond,
      runsPerSecondInOne: oursInOne.runsPerSecond,
      bareRunsPerSecondInOne: bareInOne.runsPerSecond,
      cpuMsInOne: cpuOf(oursInOne),
      accountsPerSecond: accounts.runsPerSecond,
      accountCpuMs: cpuOf(accounts),
      accountSqlRequests: accounts.sqlRequestsPerRun,
    }
  },
})
