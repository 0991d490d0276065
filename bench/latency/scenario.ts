import { setTimeout as pause } from 'node:timers/promises'
import { defineScenario } from '../harness/scenario.ts'
import { percentile } from '../support/percentile.ts'
import { postPupil } from '../support/post-pupil.ts'
import { pupil } from '../support/pupils.ts'
import { type BenchFleet, startBenchFleet } from '../support/start-bench-fleet.ts'
import { type PersistedWatch, watchPersisted } from '../support/watch-persisted.ts'

const SCHOOLS = 20
const REQUESTS = 120
const LAG_MS = 1_500
/** Far enough apart for the fleet to have nothing else in hand than a handful, each of which waits for the directory. */
const ONE_EVERY_MS = 400
/** What every process does for the first time takes longer. */
const WARM_UP = 3
const PERSISTED_WITHIN_MS = 60_000

export const latency = defineScenario({
  name: 'latency',
  about: `${REQUESTS} single requests, one every ${ONE_EVERY_MS} ms, to an idle fleet whose directory shows an account ${LAG_MS} ms after it was ordered; from before the POST until the run is seen completed in SQL`,
  figures: {
    p99Ms: { what: 'POST to persisted, p99', unit: 'ms', digits: 0, wanted: { atMost: 2_500 } },
    p50Ms: { what: 'POST to persisted, p50', unit: 'ms', digits: 0 },
    maxMs: { what: 'POST to persisted, the slowest', unit: 'ms', digits: 0 },
    acceptP99Ms: { what: 'POST to its answer, p99', unit: 'ms', digits: 0 },
    orderedP50Ms: { what: 'POST to the order at the directory, p50', unit: 'ms', digits: 0 },
    seenP50Ms: { what: 'the order to the account being seen, p50', unit: 'ms', digits: 0 },
    persistedP50Ms: { what: 'the account being seen to persisted, p50', unit: 'ms', digits: 0 },
  },
  async measure() {
    const lag = String(LAG_MS)
    const bench = await startBenchFleet({
      schools: SCHOOLS,
      settings: { SIMULATOR_LAG_MIN_MS: lag, SIMULATOR_LAG_MAX_MS: lag, SIMULATOR_THROTTLE: 'false' },
    })
    const warmUp = watchPersisted(bench)
    const watch = watchPersisted(bench)
    try {
      await postAll(bench, { from: 0, count: WARM_UP, watch: warmUp })
      await warmUp.durations(PERSISTED_WITHIN_MS)
      const posted = await postAll(bench, { from: WARM_UP, count: REQUESTS, watch })
      const whole = await watch.durations(PERSISTED_WITHIN_MS)
      const trails = await trailsOf(bench, posted)
      return {
        p99Ms: percentile(whole, 0.99),
        p50Ms: percentile(whole, 0.5),
        maxMs: Math.max(...whole),
        acceptP99Ms: percentile(
          [...posted.values()].map(({ answeredMs }) => answeredMs),
          0.99,
        ),
        orderedP50Ms: percentile(
          trails.map(({ posted: at, ordered }) => ordered - at),
          0.5,
        ),
        seenP50Ms: percentile(
          trails.map(({ ordered, seen }) => seen - ordered),
          0.5,
        ),
        persistedP50Ms: percentile(
          trails.map(({ seen, persisted }) => persisted - seen),
          0.5,
        ),
      }
    } finally {
      warmUp.stop()
      watch.stop()
      await bench.end()
    }
  },
})

interface Posted {
  readonly at: number
  readonly answeredMs: number
}

async function postAll(
  bench: BenchFleet,
  { from, count, watch }: { readonly from: number; readonly count: number; readonly watch: PersistedWatch },
): Promise<ReadonlyMap<string, Posted>> {
  const posted = new Map<string, Posted>()
  for (let number = from; number < from + count; number += 1) {
    const [at, postedAt] = [Date.now(), performance.now()]
    const uuid = await postPupil(bench, pupil({ number, schools: SCHOOLS }))
    posted.set(uuid, { at, answeredMs: performance.now() - postedAt })
    watch.add(uuid, postedAt)
    await pause(ONE_EVERY_MS)
  }
  return posted
}

/** When each step was done by the ledger's own times, on the clock of this machine. */
interface Trail {
  readonly posted: number
  readonly ordered: number
  readonly seen: number
  readonly persisted: number
}

async function trailsOf({ database }: BenchFleet, posted: ReadonlyMap<string, Posted>): Promise<Trail[]> {
  const events = await database.prisma.runEvent.findMany({ where: { runUuid: { in: [...posted.keys()] }, status: 'success' } })
  const trails = Map.groupBy(events, ({ runUuid }) => runUuid)
  return [...posted].map(([uuid, { at }]) => {
    const timeOf = (state: string) => {
      const event = trails.get(uuid)?.findLast((one) => one.state === state)
      if (!event) throw new Error(`Run ${uuid} has no event of ${state}.`)
      return event.createdAt.getTime()
    }
    return {
      posted: at,
      ordered: timeOf('AWAITING_USER_CREATE'),
      seen: timeOf('POLL_USER_CREATE'),
      persisted: timeOf('USER_NEISPUO_PERSIST'),
    }
  })
}
