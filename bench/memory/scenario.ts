import { WORKERS } from '@rollcall/scripts/fleet'
import { defineScenario } from '../harness/scenario.ts'
import { peakMemoryOf } from '../support/memory-of.ts'
import { postPupils } from '../support/post-pupils.ts'
import { pupil } from '../support/pupils.ts'
import { startBenchFleet } from '../support/start-bench-fleet.ts'
import { untilCompleted } from '../support/until-completed.ts'

const RUNS = 100_000
const SCHOOLS = 400
/** So many at once: the backlog of a busy hour. */
const STEP = 2_000
const WANTED_MB = 200

const wanted = { atMost: WANTED_MB }

export const memory = defineScenario({
  name: 'memory',
  about: `the most that each process holds while ${RUNS.toLocaleString('en')} runs pass over the wire`,
  // Ten minutes; what is measured does not depend on the machine's load.
  rounds: 1,
  figures: {
    create: { what: 'worker-create', unit: 'MB', digits: 0, wanted },
    poll: { what: 'worker-poll', unit: 'MB', digits: 0, wanted },
    persist: { what: 'worker-persist', unit: 'MB', digits: 0, wanted },
    sync: { what: 'worker-sync', unit: 'MB', digits: 0, wanted },
    api: { what: 'api', unit: 'MB', digits: 0, wanted },
  },
  measure: async (say) => {
    const bench = await startBenchFleet({
      schools: SCHOOLS,
      settings: { SIMULATOR_THROTTLE: 'false', GRAPH_WRITES_PER_SECOND: '10000', GRAPH_WRITES_BURST: '10000' },
    })
    try {
      const peaks = async () => Promise.all([...WORKERS, 'api'].map((name) => peakMemoryOf(bench.fleet.app(name).pid)))
      for (let sent = 0; sent < RUNS; sent += STEP) {
        await postPupils(
          bench,
          Array.from({ length: STEP }, (_, number) => pupil({ number: sent + number, schools: SCHOOLS })),
        )
        await untilCompleted(bench, sent + STEP / 2)
        if (sent % (10 * STEP) === 0) say(`${sent + STEP} sent: ${(await peaks()).map((mb) => mb.toFixed(0)).join(', ')} MB`)
      }
      await untilCompleted(bench, RUNS)
      const [create = Number.NaN, poll = Number.NaN, persist = Number.NaN, sync = Number.NaN, api = Number.NaN] = await peaks()
      return { create, poll, persist, sync, api }
    } finally {
      await bench.end()
    }
  },
})
