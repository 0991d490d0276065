import { defineScenario } from '../harness/scenario.ts'
import { csvOf, pupil } from '../support/pupils.ts'
import { importPupils, readTraffic, startBenchFleet } from '../support/start-bench-fleet.ts'
import { untilCompleted } from '../support/until-completed.ts'

const PUPILS = 3_000
const SCHOOLS = 30
/** The account, its school and two classes. */
const WRITES_PER_PUPIL = 4
const WRITES_PER_SECOND = 200
/** What the simulator forgives above the rate: ours and its bucket must not be the same to the millisecond. */
const BURST = 200

/** How much of a write budget is used, how much of what is sent is throttled, and how many HTTP requests a pupil costs in bulk. */
export const wireBudget = defineScenario({
  name: 'wire-budget',
  about: `${PUPILS.toLocaleString('en')} pupils of a file under a quota of ${WRITES_PER_SECOND} writes/s that the simulator holds them to`,
  figures: {
    shareUsed: { what: 'share of the write budget used', unit: '', digits: 3, wanted: { atLeast: 0.95 } },
    writesPerPupil: { what: 'writes per pupil', unit: '' },
    throttledPercent: { what: 'writes answered 429', unit: '%', wanted: { atMost: 1 } },
    requestsPerPupil: { what: 'Graph HTTP requests per pupil in bulk', unit: '', wanted: { atMost: 0.5 } },
  },
  async measure() {
    const bench = await startBenchFleet({
      schools: SCHOOLS,
      settings: {
        GRAPH_WRITES_PER_SECOND: String(WRITES_PER_SECOND),
        GRAPH_WRITES_BURST: String(BURST),
        SIMULATOR_THROTTLE: 'true',
        SIMULATOR_WRITES_PER_WINDOW: String(WRITES_PER_SECOND * 5),
        SIMULATOR_WRITES_WINDOW_MS: '5000',
        SIMULATOR_UNITS_PER_WINDOW: '100000',
      },
    })
    try {
      const before = await readTraffic(bench)
      const startedAt = performance.now()
      await importPupils(bench, csvOf(Array.from({ length: PUPILS }, (_, number) => pupil({ number, schools: SCHOOLS }))))
      await untilCompleted(bench, PUPILS)
      const seconds = (performance.now() - startedAt) / 1_000
      const after = await readTraffic(bench)
      const writes = after.writes - before.writes
      return {
        shareUsed: (PUPILS * WRITES_PER_PUPIL) / WRITES_PER_SECOND / seconds,
        writesPerPupil: writes / PUPILS,
        throttledPercent: ((after.throttled - before.throttled) * 100) / writes,
        requestsPerPupil: (after.httpRequests - before.httpRequests) / PUPILS,
      }
    } finally {
      await bench.end()
    }
  },
})
