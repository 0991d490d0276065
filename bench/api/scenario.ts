import { WORKERS } from '@rollcall/scripts/fleet'
import { defineScenario } from '../harness/scenario.ts'
import { cpuMsOf } from '../support/cpu-ms-of.ts'
import { startBenchFleet } from '../support/start-bench-fleet.ts'
import type { LoadResult } from './load-process.ts'
import { sendLoad } from './send-load.ts'
import { startBare } from './start-bare.ts'

const SCHOOLS = 400
const WARM_UP = 3_000
const REQUESTS = 15_000
const CONNECTIONS = 32
const RATE = 1_000
const RATED_REQUESTS = 10_000

interface Loaded {
  readonly fast: LoadResult
  readonly rated: LoadResult
  readonly cpuMs: number
}

export const api = defineScenario({
  name: 'api',
  about: `POST /student-create of one pupil each over ${CONNECTIONS} connections: the API's process with Redis and the SQLite file, beside a bare Fastify route that does one INSERT; the workers rest`,
  figures: {
    perSecond: { what: 'accepted requests', unit: '/s', digits: 0, wanted: { atLeast: 1_000 } },
    p99Ms: { what: 'at full speed, p99', unit: 'ms', digits: 0, wanted: { atMost: 50 } },
    p50Ms: { what: 'at full speed, p50', unit: 'ms', digits: 0 },
    ratedP99Ms: { what: `at ${RATE.toLocaleString('en')}/s, p99`, unit: 'ms', digits: 0, wanted: { atMost: 50 } },
    cpuMs: { what: 'CPU of the API per request', unit: 'ms' },
    lost: { what: 'requests answered 202 without a run in the ledger', unit: '', digits: 0, wanted: { atMost: 0 } },
    barePerSecond: { what: 'the bare route', unit: '/s', digits: 0 },
    bareP99Ms: { what: 'the bare route at full speed, p99', unit: 'ms', digits: 0 },
    bareRatedP99Ms: { what: `the bare route at ${RATE.toLocaleString('en')}/s, p99`, unit: 'ms', digits: 0 },
    bareCpuMs: { what: 'CPU of the bare route per request', unit: 'ms' },
    ratio: { what: 'ours beside the bare route', unit: '' },
  },
  async measure(say) {
    say('the bare route')
    const bare = await measureBare()
    say('ours')
    const { lost, ...ours } = await measureOurs()
    const perSecond = REQUESTS / ours.fast.seconds
    const barePerSecond = REQUESTS / bare.fast.seconds
    return {
      perSecond,
      p99Ms: ours.fast.p99Ms,
      p50Ms: ours.fast.p50Ms,
      ratedP99Ms: ours.rated.p99Ms,
      cpuMs: ours.cpuMs,
      lost,
      barePerSecond,
      bareP99Ms: bare.fast.p99Ms,
      bareRatedP99Ms: bare.rated.p99Ms,
      bareCpuMs: bare.cpuMs,
      ratio: perSecond / barePerSecond,
    }
  },
})

async function measureBare(): Promise<Loaded> {
  const bare = await startBare()
  try {
    return await load({ url: bare.url, key: 'nobody asks for it', pid: bare.pid })
  } finally {
    await bare.end()
  }
}

async function measureOurs(): Promise<Loaded & { readonly lost: number }> {
  // As production logs: a line per request.
  const bench = await startBenchFleet({ schools: 0, settings: { LOG_LEVEL: 'info' } })
  try {
    const { database, fleet, key } = bench
    await Promise.all(WORKERS.map((worker) => fleet.app(worker).stop()))
    const before = await database.prisma.run.count({ where: { process: 'account-create' } })
    const loaded = await load({ url: fleet.apiUrl, key, pid: fleet.app('api').pid })
    const after = await database.prisma.run.count({ where: { process: 'account-create' } })
    return { ...loaded, lost: WARM_UP + REQUESTS + RATED_REQUESTS - (after - before) }
  } finally {
    await bench.end()
  }
}

async function load({ url, key, pid }: { readonly url: string; readonly key: string; readonly pid: number }): Promise<Loaded> {
  const task = { url, key, connections: CONNECTIONS, rate: null, schools: SCHOOLS }
  await sendLoad({ ...task, requests: WARM_UP, from: 0 })
  const before = await cpuMsOf(pid)
  const fast = await sendLoad({ ...task, requests: REQUESTS, from: WARM_UP })
  const cpuMs = ((await cpuMsOf(pid)) - before) / REQUESTS
  const rated = await sendLoad({ ...task, requests: RATED_REQUESTS, rate: RATE, from: WARM_UP + REQUESTS })
  return { fast, rated, cpuMs }
}
