// One contest: a Redis and a database of its own, the contender's processes, and what all of them used until the last run was done.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deployMigrations } from '@rollcall/database/migrate'
import { startRedisServer } from '@rollcall/platform/redis-server'
import { spawnBound } from '@rollcall/scripts/fleet'
import { Redis } from 'ioredis'
import type { ContenderTask, FromContender, ToContender, Used } from './contender.ts'

export interface Contest {
  /** A program's path from this folder, without its ending. */
  readonly contender: string
  /** What it is told besides. */
  readonly besides?: Readonly<Record<string, string | number>>
  readonly runs: number
  /** The workers of each process. */
  readonly layout: readonly (readonly string[])[]
}

export interface Measured {
  readonly seconds: number
  readonly sqlRequests: number
  readonly runsPerSecond: number
  /** Over all processes of ours. */
  readonly nodeCpuMsPerRun: number
  readonly redisCpuMsPerRun: number
  readonly sqlRequestsPerRun: number
  readonly sqlStatementsPerRun: number
}

/** Of either contender. */
export const JOBS_PER_QUEUE = 100

export async function contend({ contender, besides, runs, layout }: Contest): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'))
  const redis = await startRedisServer({ dir: folder, port: 0 })
  const client = new Redis(redis.url)
  const program = join(import.meta.dirname, `${contender}.ts`)
  const task = { ...besides, redisUrl: redis.url, folder, runs, jobsPerQueue: JOBS_PER_QUEUE }
  const children: ChildProcess[] = []
  try {
    await deployMigrations({ url: `file:${join(folder, 'bench.db')}` })
    await ended(launch(program, { ...task, workers: null }))
    children.push(...layout.map((workers) => launch(program, { ...task, workers })))
    await Promise.all(children.map((child) => said(child, 'ready')))

    const redisBefore = await redisCpuSeconds(client)
    const started = performance.now()
    const allDone = Promise.race(children.map((child) => said(child, 'allDone')))
    for (const child of children) order(child, 'start')
    await allDone
    const seconds = (performance.now() - started) / 1_000
    const redisSeconds = (await redisCpuSeconds(client)) - redisBefore
    const used = await Promise.all(children.map(reportOf))
    await Promise.all(children.map(ended))
    const sum = (figure: keyof Used) => used.reduce((total, one) => total + one[figure], 0)
    return {
      seconds,
      sqlRequests: sum('sqlRequests'),
      runsPerSecond: runs / seconds,
      nodeCpuMsPerRun: sum('cpuMs') / runs,
      redisCpuMsPerRun: (redisSeconds * 1_000) / runs,
      sqlRequestsPerRun: sum('sqlRequests') / runs,
      sqlStatementsPerRun: sum('sqlStatements') / runs,
    }
  } finally {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
    await client.quit()
    await redis.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function launch(program: string, task: ContenderTask): ChildProcess {
  return spawnBound({ command: process.execPath, args: [program, JSON.stringify(task)], output: 'inherit', env: process.env })
}

function order(child: ChildProcess, message: ToContender): void {
  child.send(message)
}

/** @throws Error if the process ends before it has said so */
async function said<Kind extends FromContender['kind']>(child: ChildProcess, kind: Kind): Promise<Extract<FromContender, { kind: Kind }>> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<FromContender, { kind: Kind }>>()
  const listen = (message: unknown) => {
    if (isSaid(message, kind)) resolve(message)
  }
  const stop = (code: number | null) => reject(new Error(`${child.spawnargs.at(-2)} ended with ${code} before it was ${kind}.`))
  child.on('message', listen).once('exit', stop)
  return promise.finally(() => child.off('message', listen).off('exit', stop))
}

function isSaid<Kind extends FromContender['kind']>(message: unknown, kind: Kind): message is Extract<FromContender, { kind: Kind }> {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === kind
}

function reportOf(child: ChildProcess): Promise<Used> {
  const report = said(child, 'used')
  order(child, 'report')
  return report
}

/** @throws Error where a contender ends badly */
async function ended(child: ChildProcess): Promise<void> {
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode]
  if (code !== 0) throw new Error(`${child.spawnargs.at(-2)} ended with ${code}.`)
}

async function redisCpuSeconds(client: Redis): Promise<number> {
  const info = await client.info('cpu')
  return [...info.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].reduce((sum, [, seconds]) => sum + Number(seconds), 0)
}
