import { csvOf, pupil } from './pupils.ts'
import { importPupils, startBenchFleet } from './start-bench-fleet.ts'
import { countCompleted, until } from './until.ts'

const PUPILS = 3_000
const SCHOOLS = 30
const WANTED_PER_SECOND = 100

/** Accounts per second where neither quota nor lag holds them up: from the upload's first byte to the last user persisted. */
export async function throughput() {
  const bench = await startBenchFleet({
    schools: SCHOOLS,
    settings: { SIMULATOR_THROTTLE: 'false', GRAPH_WRITES_PER_SECOND: '10000', GRAPH_WRITES_BURST: '10000' },
  })
  try {
    const startedAt = performance.now()
    await importPupils(bench, csvOf(Array.from({ length: PUPILS }, (_, number) => pupil({ number, schools: SCHOOLS }))))
    await until('all are persisted', async () => (await countCompleted(bench.database)) === PUPILS)
    const perSecond = (PUPILS * 1_000) / (performance.now() - startedAt)
    return [
      {
        what: `${PUPILS} pupils over the wire`,
        measured: `${perSecond.toFixed(0)} accounts/s`,
        wanted: `at least ${WANTED_PER_SECOND}/s`,
        met: perSecond >= WANTED_PER_SECOND,
      },
    ]
  } finally {
    await bench.end()
  }
}
