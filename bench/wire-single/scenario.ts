import { setTimeout as pause } from 'node:timers/promises'
import { defineScenario } from '../harness/scenario.ts'
import { percentile } from '../support/percentile.ts'
import { postPupil } from '../support/post-pupil.ts'
import { csvOf, pupil } from '../support/pupils.ts'
import { type BenchFleet, importPupils, startBenchFleet } from '../support/start-bench-fleet.ts'
import { until } from '../support/until.ts'
import { watchPersisted } from '../support/watch-persisted.ts'

const WAITING = 20_000
const SCHOOLS = 40
const SINGLES = 100
const ONE_EVERY_MS = 250

/** How long one pupil takes from POST to persisted while twenty thousand of an import wait for the same budget. */
export const wireSingle = defineScenario({
  name: 'wire-single',
  about: `${SINGLES} single requests while ${WAITING.toLocaleString('en')} of an import wait for the same write budget`,
  figures: {
    waiting: { what: 'of the import still waiting at the last request', unit: '', digits: 0 },
    p50Ms: { what: 'POST to persisted, p50', unit: 'ms', digits: 0 },
    p99Ms: { what: 'POST to persisted, p99', unit: 'ms', digits: 0, wanted: { atMost: 5_000 } },
  },
  async measure() {
    const bench = await startBenchFleet({
      schools: SCHOOLS,
      settings: { SIMULATOR_THROTTLE: 'false', GRAPH_WRITES_PER_SECOND: '200', GRAPH_WRITES_BURST: '200' },
    })
    const watch = watchPersisted(bench)
    try {
      const all = WAITING + 6_000
      await importPupils(bench, csvOf(Array.from({ length: all }, (_, number) => pupil({ number, schools: SCHOOLS }))))
      await until('they wait', async () => (await countLive(bench)) >= WAITING)
      for (let single = 0; single < SINGLES; single += 1) {
        const postedAt = performance.now()
        watch.add(await postPupil(bench, pupil({ number: all + single, schools: SCHOOLS })), postedAt)
        await pause(ONE_EVERY_MS)
      }
      const waiting = await countLive(bench)
      const durations = await watch.durations(120_000)
      return { waiting, p50Ms: percentile(durations, 0.5), p99Ms: percentile(durations, 0.99) }
    } finally {
      watch.stop()
      await bench.end()
    }
  },
})

function countLive({ database }: BenchFleet): Promise<number> {
  return database.prisma.run.count({ where: { process: 'account-create', dueAt: { not: null } } })
}
