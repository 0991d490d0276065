import { defineScenario } from '../harness/scenario.ts'
import { csvOf, pupil } from '../support/pupils.ts'
import { importPupils, startBenchFleet } from '../support/start-bench-fleet.ts'
import { untilCompleted } from '../support/until-completed.ts'

const PUPILS = 3_000
const SCHOOLS = 30

/** Accounts per second where neither quota nor lag holds them up: from the upload's first byte to the last user persisted. */
export const wireThroughput = defineScenario({
  name: 'wire-throughput',
  about: `${PUPILS.toLocaleString('en')} pupils of a file through every real interface, HTTP to TLS, a process per app, no lag and no quota`,
  figures: {
    accountsPerSecond: { what: 'accounts over the wire', unit: '/s', digits: 0, wanted: { atLeast: 100 } },
  },
  async measure() {
    const bench = await startBenchFleet({
      schools: SCHOOLS,
      settings: { SIMULATOR_THROTTLE: 'false', GRAPH_WRITES_PER_SECOND: '10000', GRAPH_WRITES_BURST: '10000' },
    })
    try {
      const startedAt = performance.now()
      await importPupils(bench, csvOf(Array.from({ length: PUPILS }, (_, number) => pupil({ number, schools: SCHOOLS }))))
      await untilCompleted(bench, PUPILS)
      return { accountsPerSecond: (PUPILS * 1_000) / (performance.now() - startedAt) }
    } finally {
      await bench.end()
    }
  },
})
