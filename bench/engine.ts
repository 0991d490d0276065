// `pnpm bench`: the engine beside a bare BullMQ chain, in one run on one machine, so that the ratio means something where seconds do not.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deployMigrations } from '@rollcall/database/migrate'
import { startRedisServer } from '@rollcall/platform/redis-server'
import { Redis } from 'ioredis'
import type { Measured } from './engine/measure.ts'

const RUNS = Number(process.env.BENCH_RUNS ?? 10_000)
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
/** Jobs under way at once, over all five queues: the chain has a fifth of them per queue, the engine one semaphore for all. */
const JOBS_IN_HAND = 250
/** Below this the design must change before anything else is built on it. */
const GATE = 0.5

interface Row extends Measured {
  readonly redisCpuMsPerRun: number
}

async function contend(contender: 'bare-bullmq' | 'five-states-contender' | 'account-create-contender'): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'))
  const redis = await startRedisServer({ dir: folder, port: 0 })
  const client = new Redis(redis.url)
  try {
    await deployMigrations({ url: `file:${join(folder, 'bench.db')}` })
    const before = await redisCpuSeconds(client)
    const args = [join(import.meta.dirname, 'engine', `${contender}.ts`), redis.url, folder, String(RUNS), String(JOBS_IN_HAND)]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const used = (await redisCpuSeconds(client)) - before
    return { ...(JSON.parse(stdout) as Measured), redisCpuMsPerRun: (used * 1_000) / RUNS }
  } finally {
    await client.quit()
    await redis.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function redisCpuSeconds(client: Redis): Promise<number> {
  const info = await client.info('cpu')
  return [...info.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].reduce((sum, [, seconds]) => sum + Number(seconds), 0)
}

function median(rows: readonly Row[]): Row {
  const sorted = rows.toSorted((a, b) => a.runsPerSecond - b.runsPerSecond)
  const row = sorted[Math.floor(sorted.length / 2)]
  if (!row) throw new Error('There is nothing to take the median of.')
  return row
}

const bare: Row[] = []
const engine: Row[] = []
const accounts: Row[] = []
for (let round = 0; round < ROUNDS; round += 1) {
  bare.push(await contend('bare-bullmq'))
  engine.push(await contend('five-states-contender'))
  accounts.push(await contend('account-create-contender'))
}
const rows = { 'bare BullMQ chain': median(bare), 'engine, five states': median(engine), 'account-create, no Graph': median(accounts) }
const ratio = rows['engine, five states'].runsPerSecond / rows['bare BullMQ chain'].runsPerSecond
console.table(
  Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [
      name,
      {
        'runs/s': Math.round(row.runsPerSecond),
        'CPU ms/run': row.cpuMsPerRun.toFixed(2),
        'Redis CPU ms/run': row.redisCpuMsPerRun.toFixed(2),
        'ledger requests/run': row.sqlRequestsPerRun?.toFixed(2) ?? '-',
        'ledger statements/run': row.sqlStatementsPerRun?.toFixed(1) ?? '-',
      },
    ]),
  ),
)
console.log(`${RUNS} runs of five states, ${JOBS_IN_HAND} jobs in hand, Node ${process.version}, median of ${ROUNDS} rounds.`)
console.log(`Ratio of the engine to the chain ${ratio.toFixed(2)} (the gate is ${GATE}).`)
if (ratio < GATE) process.exitCode = 1
