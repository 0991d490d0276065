import { WORKERS } from '@rollcall/scripts/fleet'
import { defineScenario } from '../harness/scenario.ts'
import { postPupils } from '../support/post-pupils.ts'
import { pupil } from '../support/pupils.ts'
import { type BenchFleet, readTraffic, startBenchFleet } from '../support/start-bench-fleet.ts'
import { countCompleted, until } from '../support/until.ts'
import { countAccounts } from './count-accounts.ts'

const RUNS = 2_000
const KILLED_AT = 0.4
const SCHOOLS = 20
/** The account, its school and two classes. */
const WRITES_PER_RUN = 4

export const recovery = defineScenario({
  name: 'recovery',
  about: `kill -9 of every worker at ${KILLED_AT * 100} % of ${RUNS.toLocaleString('en')} runs over the wire, and an immediate restart`,
  figures: {
    undisturbedPerSecond: { what: 'runs completed before the kill', unit: '/s', digits: 0 },
    ready: { what: 'from the restart to the last worker ready', unit: 's' },
    first: { what: 'from the restart to the next completed run', unit: 's' },
    tail: { what: 'from the last but one per cent of the runs to the last run', unit: 's' },
    done: { what: 'from the restart to the last run', unit: 's', wanted: { atMost: 10 } },
    overheads: { what: 'beyond what the remaining runs take undisturbed', unit: 's' },
    doubled: { what: 'persons with two accounts in the directory', unit: '', digits: 0, wanted: { atMost: 0 } },
    unknown: { what: 'accounts in the directory that no user has', unit: '', digits: 0, wanted: { atMost: 0 } },
    repeated: { what: 'writes sent again after the kill, each adopted', unit: '', digits: 0 },
  },
  measure: async (say) => {
    const bench = await startBenchFleet({
      schools: SCHOOLS,
      settings: { SIMULATOR_THROTTLE: 'false', GRAPH_WRITES_PER_SECOND: '10000', GRAPH_WRITES_BURST: '10000' },
    })
    try {
      return await killAndRestart(bench, say)
    } finally {
      await bench.end()
    }
  },
})

async function killAndRestart(bench: BenchFleet, say: (line: string) => void) {
  const { database, fleet } = bench
  const pupils = Array.from({ length: RUNS }, (_, number) => pupil({ number, schools: SCHOOLS }))
  const startedAt = performance.now()
  await postPupils(bench, pupils)
  await until('the share is done', async () => (await countCompleted(database)) >= RUNS * KILLED_AT)
  const before = { seconds: secondsSince(startedAt), completed: await countCompleted(database) }
  await Promise.all(WORKERS.map((worker) => fleet.app(worker).kill()))
  const killed = await countCompleted(database)
  const restartedAt = performance.now()
  let ready = Number.NaN
  const restarting = Promise.all(WORKERS.map((worker) => fleet.restart(worker))).then(() => {
    ready = secondsSince(restartedAt)
  })
  const completed = (count: number) => until(`${count} are completed`, async () => (await countCompleted(database)) >= count, 60_000)
  await completed(killed + 1)
  const first = secondsSince(restartedAt)
  await completed(RUNS * 0.99)
  const nearly = secondsSince(restartedAt)
  await completed(RUNS)
  const done = secondsSince(restartedAt)
  await restarting
  const undisturbedPerSecond = before.completed / before.seconds
  say(`${killed} of ${RUNS} were done at the kill; ready after ${ready.toFixed(1)} s, all done after ${done.toFixed(1)} s`)
  const { writes } = await readTraffic(bench)
  return {
    undisturbedPerSecond,
    ready,
    first,
    tail: done - nearly,
    done,
    overheads: done - (RUNS - killed) / undisturbedPerSecond,
    ...(await countAccounts(bench)),
    repeated: writes - RUNS * WRITES_PER_RUN,
  }
}

function secondsSince(at: number): number {
  return (performance.now() - at) / 1_000
}
