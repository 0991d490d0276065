import { csvOf, pupil } from './pupils.ts'
import { importPupils, readTraffic, startBenchFleet } from './start-bench-fleet.ts'
import { countCompleted, until } from './until.ts'

const PUPILS = 3_000
const SCHOOLS = 30
/** The account, its school and two classes. */
const WRITES_PER_PUPIL = 4
const WRITES_PER_SECOND = 200
/** What the simulator forgives above the rate: ours and its bucket must not be the same to the millisecond. */
const BURST = 200

/** How much of a write budget is used, how much of what is sent is throttled, and how many HTTP requests a pupil costs in bulk. */
export async function drainUnderBudget() {
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
    await until('all are persisted', async () => (await countCompleted(bench.database)) === PUPILS)
    const seconds = (performance.now() - startedAt) / 1_000
    const after = await readTraffic(bench)
    const writes = after.writes - before.writes
    const throttledShare = (after.throttled - before.throttled) / writes
    const requestsPerPupil = (after.httpRequests - before.httpRequests) / PUPILS
    const theoretical = (PUPILS * WRITES_PER_PUPIL) / WRITES_PER_SECOND
    return [
      {
        what: `${PUPILS} pupils at ${WRITES_PER_SECOND} writes/s`,
        measured: `${seconds.toFixed(1)} s, ${(theoretical / seconds).toFixed(3)} of the budget (${(writes / PUPILS).toFixed(2)} writes each)`,
        wanted: `at most ${(theoretical / 0.95).toFixed(1)} s`,
        met: seconds <= theoretical / 0.95,
      },
      {
        what: 'writes answered 429',
        measured: `${(throttledShare * 100).toFixed(2)} %`,
        wanted: 'under 1 %',
        met: throttledShare < 0.01,
      },
      {
        what: 'Graph HTTP requests per pupil in bulk',
        measured: requestsPerPupil.toFixed(2),
        wanted: 'at most 0.5',
        met: requestsPerPupil <= 0.5,
      },
    ]
  } finally {
    await bench.end()
  }
}
