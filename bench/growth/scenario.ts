import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { queueKey } from '@rollcall/engine'
import { Redis } from 'ioredis'
import { defineScenario } from '../harness/scenario.ts'
import { type BenchFleet, startBenchFleet } from '../support/start-bench-fleet.ts'
import { until } from '../support/until.ts'
import { fillLedger } from './fill-ledger.ts'
import { type Load, measureLoad } from './measure-load.ts'

const OLD = 1_000_000
const WAITING = 100_000
const SCHOOLS = 400
const SETTINGS = { SIMULATOR_THROTTLE: 'false', GRAPH_WRITES_PER_SECOND: '10000', GRAPH_WRITES_BURST: '10000' }

export const growth = defineScenario({
  name: 'growth',
  about: `a fleet over the wire with an empty ledger, and with ${OLD.toLocaleString('en')} old runs in it and ${WAITING.toLocaleString('en')} that wait`,
  figures: {
    emptyPerSecond: { what: 'accounts, empty ledger', unit: '/s', digits: 0 },
    grownPerSecond: { what: 'accounts, grown ledger', unit: '/s', digits: 0 },
    throughput: { what: 'throughput, grown to empty', unit: '', wanted: { atLeast: 0.9 } },
    emptyCpu: { what: 'CPU of API and workers per account, empty', unit: 'ms' },
    grownCpu: { what: 'CPU of API and workers per account, grown', unit: 'ms' },
    cpu: { what: 'CPU, grown to empty', unit: '', wanted: { atMost: 1.1 } },
    emptySingle: { what: 'a single request from accepted to persisted, empty, p50', unit: 'ms', digits: 0 },
    grownSingle: { what: 'a single request from accepted to persisted, grown, p50', unit: 'ms', digits: 0 },
    latency: { what: 'latency, grown to empty', unit: '', wanted: { atMost: 1.1 } },
  },
  measure: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-growth-'))
    try {
      const file = join(folder, 'grown.db')
      await fillLedger({ file, old: OLD, waiting: WAITING, schools: SCHOOLS })
      say('the ledger is filled')
      const before = await loadOf({})
      say(`empty: ${shown(before)}`)
      const grown = await loadOf({ DATABASE_URL: `file:${file}` }, allWait)
      say(`grown: ${shown(grown)}`)
      const after = await loadOf({})
      say(`empty again: ${shown(after)}`)
      const empty = meanOf(before, after)
      return {
        emptyPerSecond: empty.perSecond,
        grownPerSecond: grown.perSecond,
        throughput: grown.perSecond / empty.perSecond,
        emptyCpu: empty.cpuMsPerRun,
        grownCpu: grown.cpuMsPerRun,
        cpu: grown.cpuMsPerRun / empty.cpuMsPerRun,
        emptySingle: empty.singleMs,
        grownSingle: grown.singleMs,
        latency: grown.singleMs / empty.singleMs,
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
})

async function loadOf(settings: Readonly<Record<string, string>>, ready?: (bench: BenchFleet) => Promise<void>): Promise<Load> {
  const bench = await startBenchFleet({ schools: SCHOOLS, settings: { ...SETTINGS, ...settings } })
  try {
    await ready?.(bench)
    return await measureLoad(bench, { schools: SCHOOLS })
  } finally {
    await bench.end()
  }
}

/** Redis is empty at first: worker-sync enqueues them all from the ledger, as after a flush. */
async function allWait({ fleet }: BenchFleet): Promise<void> {
  const redis = new Redis(fleet.redisUrl)
  try {
    const delayed = queueKey({ namespace: 'rollcall', queue: 'account-create.POLL_USER_CREATE', part: 'delayed' })
    await until('all wait in Redis', async () => (await redis.zcard(delayed)) === WAITING)
  } finally {
    redis.disconnect()
  }
}

/** Before and after: a machine that becomes faster or slower meanwhile is no difference between the ledgers. */
function meanOf(one: Load, other: Load): Load {
  return {
    perSecond: (one.perSecond + other.perSecond) / 2,
    cpuMsPerRun: (one.cpuMsPerRun + other.cpuMsPerRun) / 2,
    singleMs: (one.singleMs + other.singleMs) / 2,
  }
}

function shown({ perSecond, cpuMsPerRun, singleMs }: Load): string {
  return `${perSecond.toFixed(0)} accounts/s, ${cpuMsPerRun.toFixed(2)} CPU ms each, a single one ${singleMs} ms`
}
