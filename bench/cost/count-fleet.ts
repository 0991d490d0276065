// What a student costs in the real fleet over SQLite, Redis and the simulated directory: counted in each of them, upkeep of the fleet included.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { WORKERS } from '@rollcall/scripts/fleet'
import { Redis } from 'ioredis'
import { cpuMsOf } from '../support/cpu-ms-of.ts'
import { postPupil } from '../support/post-pupil.ts'
import { postPupils } from '../support/post-pupils.ts'
import { type Pupil, pupil } from '../support/pupils.ts'
import { type BenchFleet, readTraffic, startBenchFleet } from '../support/start-bench-fleet.ts'
import { countCompleted, until } from '../support/until.ts'

const STUDENTS = 1_000
const WAITING = 2_000
const POSTS_AT_ONCE = 50
const SCHOOLS = 20
/** Longer than the counts of statements take to be told. */
const SETTLE_MS = 200

const APPS = ['api', ...WORKERS] as const

export interface FleetCost {
  readonly statements: number
  readonly redisCommands: number
  readonly graphHttpRequests: number
  readonly graphCalls: number
  readonly cpuMs: number
  readonly redisCpuMs: number
}

export interface FleetCosts {
  readonly redisBytesPerLiveRun: number
  /** Requests for one student each, fifty at once. */
  readonly single: FleetCost
  /** The same number of students in arrays of 250. */
  readonly arrays: FleetCost
}

export async function countFleet(say: (line: string) => void): Promise<FleetCosts> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-statements-'))
  const bench = await startBenchFleet({
    schools: SCHOOLS,
    settings: { SIMULATOR_THROTTLE: 'false', GRAPH_WRITES_PER_SECOND: '10000', GRAPH_WRITES_BURST: '10000' },
  })
  const redis = new Redis(bench.fleet.redisUrl)
  const counters = { bench, redis, folder }
  try {
    await Promise.all(APPS.map((app) => bench.fleet.app(app).stop()))
    await startCounted(counters, ['api'])
    const before = await usedMemory(redis)
    let number = 0
    const some = (count: number) => Array.from({ length: count }, () => pupil({ number: number++, schools: SCHOOLS }))
    await postPupils(bench, some(WAITING))
    const redisBytesPerLiveRun = ((await usedMemory(redis)) - before) / WAITING
    await startCounted(counters, WORKERS)
    await persisted(bench, number)
    say('students one by one')
    const single = await costOf(counters, () => postOneByOne(bench, some(STUDENTS)))
    say('students in arrays')
    const arrays = await costOf(counters, () => postPupils(bench, some(STUDENTS)))
    return { redisBytesPerLiveRun, single, arrays }
  } finally {
    redis.disconnect()
    await bench.end()
    await rm(folder, { recursive: true, force: true })
  }

  async function costOf(of: Counters, post: () => Promise<unknown>): Promise<FleetCost> {
    const done = (await countCompleted(bench.database)) + STUDENTS
    const before = await readCounters(of)
    await post()
    await persisted(bench, done)
    const after = await readCounters(of)
    const perStudent = (key: keyof FleetCost) => (after[key] - before[key]) / STUDENTS
    return {
      statements: perStudent('statements'),
      redisCommands: perStudent('redisCommands'),
      graphHttpRequests: perStudent('graphHttpRequests'),
      graphCalls: perStudent('graphCalls'),
      cpuMs: perStudent('cpuMs'),
      redisCpuMs: perStudent('redisCpuMs'),
    }
  }
}

interface Counters {
  readonly bench: BenchFleet
  readonly redis: Redis
  /** Where the processes tell their statements. */
  readonly folder: string
}

async function startCounted({ bench, folder }: Counters, apps: readonly (typeof APPS)[number][]): Promise<void> {
  const preload = pathToFileURL(join(import.meta.dirname, 'count-statements-process.ts'))
  preload.searchParams.set('folder', folder)
  await Promise.all(apps.map((app) => bench.fleet.start(app, { env: { NODE_OPTIONS: `--import ${preload.href}` } })))
}

function persisted({ database }: BenchFleet, count: number): Promise<void> {
  return until(`${count} are persisted`, async () => (await countCompleted(database)) >= count)
}

async function postOneByOne(bench: BenchFleet, pupils: readonly Pupil[]): Promise<void> {
  const left = pupils.values()
  await Promise.all(
    Array.from({ length: POSTS_AT_ONCE }, async () => {
      for (const one of left) await postPupil(bench, one)
    }),
  )
}

async function readCounters({ bench, folder, redis }: Counters): Promise<FleetCost> {
  await pause(SETTLE_MS)
  const told = await Promise.all((await readdir(folder)).map(async (file) => Number(await readFile(join(folder, file), 'utf8'))))
  const cpu = await Promise.all(APPS.map((app) => cpuMsOf(bench.fleet.app(app).pid)))
  const { httpRequests, requests } = await readTraffic(bench)
  const redisCpuMs = sumOf(await redis.info('cpu'), /^used_cpu_(?:sys|user):([\d.]+)/gm) * 1_000
  return {
    statements: sum(told),
    redisCommands: sumOf(await redis.info('commandstats'), /^cmdstat_[^:]+:calls=(\d+)/gm),
    graphHttpRequests: httpRequests,
    graphCalls: requests,
    cpuMs: sum(cpu) + redisCpuMs,
    redisCpuMs,
  }
}

async function usedMemory(redis: Redis): Promise<number> {
  return sumOf(await redis.info('memory'), /^used_memory:(\d+)/gm)
}

function sumOf(info: string, figure: RegExp): number {
  return sum([...info.matchAll(figure)].map(([, value]) => Number(value)))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
