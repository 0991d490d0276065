// A deploy that renames states while a thousand runs live in them: real workers of two releases, the new ones started before the old ones stop.
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type Database } from '@rollcall/database'
import { deployMigrations } from '@rollcall/database/migrate'
import { createAcceptRuns, createDispatcher, createIds, prepareRun, systemClock } from '@rollcall/engine'
import { type RedisServer, startRedisServer } from '@rollcall/platform/redis-server'
import { spawnBound } from '@rollcall/scripts/fleet'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { judgeHistory } from '../support/audit/judge-history.ts'
import { lookOverQueues } from '../support/audit/look-over-queues.ts'
import { RELEASES, type Release } from '../support/parcel.ts'
import { waitUntil } from '../support/wait-until.ts'

const RUNS = 1_000
const LATE = 50
const NAMESPACE = 'rollcall'
/** The state that sends, in either release. */
const SENDING = ['SEND_OUT', 'SHIP']
const WORKERS = ['poll', 'create', 'persist', 'sync'] as const
type WorkerOfRelease = (typeof WORKERS)[number]

let folder: string
let redis: RedisServer
let client: Redis
let database: Database
const running = new Set<ChildProcess>()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-deploy-'))
  redis = await startRedisServer({ dir: join(folder, 'redis'), port: 0 })
  client = new Redis(redis.url)
  const url = `file:${join(folder, 'rollcall.db')}`
  await deployMigrations({ url })
  database = await createDatabase({ url })
})
afterEach(async () => {
  await Promise.all([...running].map((child) => ended(child, 'SIGKILL')))
  client.disconnect()
  await database.close()
  await redis.stop()
  await rm(folder, { recursive: true, force: true })
})

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  child.kill(signal)
  return exit
}

interface Started {
  readonly child: ChildProcess
  /** Null once it is ready; what it said last where it ended instead. */
  readonly failure: string | null
}

async function start(release: Release, worker: WorkerOfRelease): Promise<Started> {
  const settings = {
    DATABASE_URL: `file:${join(folder, 'rollcall.db')}`,
    REDIS_URL: redis.url,
    WORKER_PORT: '0',
    SHUTDOWN_DEADLINE_MS: '3000',
    CANARY_EVERY_MS: '3600000',
  }
  const program = join(import.meta.dirname, '..', 'support', 'release-process.ts')
  const child = spawnBound({
    command: process.execPath,
    args: [program],
    env: { PATH: process.env.PATH, HOME: folder, ...settings, RELEASE: release, WORKER: worker },
    output: 'pipe',
  })
  running.add(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-5_000)
    })
  }
  const ready = new Promise<Started>((resolve) => child.once('message', () => resolve({ child, failure: null })))
  const over = new Promise<Started>((resolve) => child.once('close', () => resolve({ child, failure: said })))
  return Promise.race([ready, over])
}

async function startRelease(release: Release): Promise<readonly ChildProcess[]> {
  const started = await Promise.all(WORKERS.map((worker) => start(release, worker)))
  expect(started.map(({ failure }) => failure)).toEqual(WORKERS.map(() => null))
  return started.map(({ child }) => child)
}

/** As the API of a release takes requests. */
async function accept(release: Exclude<Release, 'careless'>, count: number): Promise<void> {
  const newId = createIds(systemClock)
  const definition = RELEASES[release]
  const dispatcher = createDispatcher({ connection: client, namespace: NAMESPACE, processes: [definition] })
  const groupUuid = newId()
  const origin = { groupUuid, requestedBy: 'test', priority: 1, now: Date.now(), newId }
  const runs = Array.from({ length: count }, () => prepareRun({ process: definition, input: { id: newId() }, ...origin }))
  const acceptRuns = createAcceptRuns({ ledger: database.ledger, dispatcher, notify: () => {} })
  await acceptRuns({ groupUuid, request: null, runs })
  await dispatcher.close()
}

function countIn(state: string): Promise<number> {
  return database.prisma.run.count({ where: { process: 'parcel', state } })
}

test('a thousand runs that live in a renamed state go on under its new name, each sent once, and what they brought before is found', async () => {
  const old = await startRelease('first')
  await accept('first', RUNS)
  await waitUntil('a thousand runs stand in the old state', async () => (await countIn('SEND_OUT')) === RUNS)

  const forgot = await start('careless', 'create')
  expect(forgot.failure).toContain(`They stand in parcel.SEND_OUT (${RUNS}).`)

  const rollingSince = Date.now()
  await startRelease('second')
  await accept('first', LATE)
  await accept('second', LATE)
  const codes = await Promise.all(old.map((child) => ended(child, 'SIGTERM')))
  expect(codes).toEqual(old.map(() => 0))
  const everybody = RUNS + 2 * LATE
  await waitUntil('all are completed', async () => (await countIn('COMPLETED')) === everybody)
  console.log(`The deploy took ${Math.round((Date.now() - rollingSince) / 1_000)} s until all ${everybody} runs had ended.`)

  const sent = await client.hgetall('parcels-sent')
  expect(Object.keys(sent)).toHaveLength(everybody)
  const runs = await database.prisma.run.findMany({ where: { process: 'parcel' } })
  // On a machine so busy that a worker stands still past its lock another one sends, too; the late answer is in the history then, as such.
  const late = await database.prisma.runEvent.groupBy({
    by: ['runUuid'],
    where: { status: 'superseded', state: { in: SENDING } },
    _count: { _all: true },
  })
  const lateOf = new Map(late.map(({ runUuid, _count }) => [runUuid, _count._all]))
  expect(runs.filter(({ uuid, inputArgs }) => Number(sent[JSON.parse(inputArgs).id]) !== 1 + (lateOf.get(uuid) ?? 0))).toEqual([])
  const events = Map.groupBy(
    await database.prisma.runEvent.findMany({ orderBy: [{ runUuid: 'asc' }, { id: 'asc' }] }),
    ({ runUuid }) => runUuid,
  )
  expect(runs.flatMap((run) => judgeHistory({ run, events: events.get(run.uuid) ?? [] }))).toEqual([])
  expect(
    (await lookOverQueues({ redis: redis.url, namespace: NAMESPACE })).pending.filter(({ queue }) => queue.startsWith('parcel')),
  ).toEqual([])
})
