// What crosses the network to SQL Server, counted: the API's and the workers' own code over a stand-in for the server, each with connections of
// its own and as many jobs at once as the fleet gives it. The directory is in memory; the queue is a real Redis.
import { createSecretKey, randomBytes, randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApi } from '@rollcall/api'
import type { Database } from '@rollcall/database'
import { createSqlServerStandIn, type SqlServerStandIn } from '@rollcall/database/testing'
import {
  createDispatcher,
  createIds,
  createRedisResourceGate,
  createReopen,
  createResources,
  createWorkers,
  type Notice,
  type StateHandlers,
  systemClock,
  type WorkerName,
} from '@rollcall/engine'
import { createInMemoryClosures } from '@rollcall/engine/testing'
import { createApiKey, createLogger, createMetrics, createSealer, retentionEnv, sealingKeysSetting } from '@rollcall/platform'
import { startRedisServer } from '@rollcall/platform/redis-server'
import { provisioningProcesses } from '@rollcall/provisioning'
import { createCreateHandlers, createPersistHandlers, createPollHandlers, createUsernameDigits } from '@rollcall/provisioning/handlers'
import { createInMemoryDirectory } from '@rollcall/provisioning/testing'
import { Redis } from 'ioredis'
import { z } from 'zod'
import { CLASSES_PER_SCHOOL, classOf, pupil, schoolOf } from '../support/pupils.ts'

const SCHOOLS = 10
const NAMESPACE = 'bench'
/** A server in the same building. */
const ROUND_TRIP_MS = 2
const LIMITS = [{ name: 'graph', ratePerSecond: 1_000_000, burst: 1_000_000, reopenByProbe: true }]

type CountedWorker = Extract<WorkerName, 'persist' | 'create' | 'poll'>

export type SqlServerCounts = SqlServerStandIn['counts']

/** Answers the messages per student. */
export async function countSqlServer({
  students,
  postsAtOnce,
  jobsAtOnce,
}: {
  readonly students: number
  /** Requests for one student each that are under way at any time; with one, a student is asked for once the one before has an account. */
  readonly postsAtOnce: number
  /** WORKER_CONCURRENCY of each worker. */
  readonly jobsAtOnce: Readonly<Record<CountedWorker, number>>
}): Promise<SqlServerCounts> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'))
  const redis = await startRedisServer({ dir: folder, port: 0 })
  const connection = new Redis(redis.url, { maxRetriesPerRequest: null })
  const standIn = createSqlServerStandIn({ roundTripMs: ROUND_TRIP_MS })
  await using opened = new AsyncDisposableStack()
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  opened.defer(() => redis.stop())
  opened.defer(async () => void (await connection.quit()))
  const dispatcher = createDispatcher({ connection, namespace: NAMESPACE, processes: provisioningProcesses })
  opened.defer(() => dispatcher.close())

  const ended = createGate()
  const notify = (notice: Notice) => {
    if (notice.kind === 'advanced' && notice.to === 'COMPLETED') ended.count()
  }
  const schools = Array.from({ length: SCHOOLS }, (_, school) => school)
  const directory = createInMemoryDirectory({
    schools: schools.map(schoolOf),
    classes: schools.flatMap((school) => Array.from({ length: CLASSES_PER_SCHOOL }, (_, index) => classOf(school, index))),
  })
  const sealer = createSealer({ keys: sealingKeysSetting.parse(`bench:${randomBytes(32).toString('base64')}`) })
  const newId = createIds(systemClock)
  const digits = createUsernameDigits(createSecretKey(randomBytes(32)))
  const handlersOf: Readonly<Record<CountedWorker, (database: Database) => readonly StateHandlers[]>> = {
    persist: ({ accounts, reservations }) =>
      createPersistHandlers({ accounts, reservations, sealer, digits, randomInt: (below) => randomInt(below), newId }),
    create: ({ reservations }) => createCreateHandlers({ directory, reservations, sealer }),
    poll: () => createPollHandlers({ directory }),
  }

  for (const worker of ['persist', 'create', 'poll'] as const) await startWorker(worker)
  const post = await startApi()
  const before = { ...standIn.counts }
  let next = 0
  const senders = Array.from({ length: postsAtOnce }, async () => {
    for (let number = next++; number < students; number = next++) {
      await post(number)
      if (postsAtOnce === 1) await ended.reached(number + 1)
    }
  })
  await Promise.all([...senders, ended.reached(students)])
  const perStudent = Object.entries(standIn.counts).map(([purpose, count]) => [
    purpose,
    (count - before[purpose as keyof typeof before]) / students,
  ])
  return Object.fromEntries(perStudent) as SqlServerCounts

  async function startWorker(worker: CountedWorker): Promise<void> {
    const database = await standIn.open()
    const gate = createRedisResourceGate({ connection, namespace: NAMESPACE, limits: LIMITS, random: Math.random })
    const closures = createInMemoryClosures()
    const { ledger } = database
    const reopen = createReopen({ gate, closures, ledger, clock: systemClock, notify, statesOf: () => [] })
    const workers = createWorkers({
      handlers: handlersOf[worker](database),
      ledger,
      dispatcher,
      resources: createResources({
        ...{ gate, closures, notify, limits: LIMITS, clock: systemClock, instance: worker },
        reopen: async (resource) => void (await reopen({ resource, by: worker, audit: null })),
      }),
      ...{ clock: systemClock, notify, connection, namespace: NAMESPACE, concurrency: jobsAtOnce[worker] },
      onError: (error) => console.error(error),
    })
    workers.start()
    opened.defer(() => database.close())
    opened.defer(async () => void (await workers.stop(10_000)))
  }

  /** The key is known to the API once it was looked up: that request is not of any one student. */
  async function startApi(): Promise<(number: number) => Promise<void>> {
    const database = await standIn.open()
    const { key } = createApiKey('upstream')
    const made = {
      id: newId(),
      name: 'bench',
      role: 'upstream',
      createdAt: Date.now(),
      createdBy: 'bench',
      expiresAt: null,
      revokedAt: null,
    } as const
    const api = await createApi({
      ...database,
      ...{ queries: database.ledger, dispatcher, notify, sealer, clock: systemClock, processes: provisioningProcesses },
      apiKeys: { findActive: async () => made },
      retention: z.object(retentionEnv).parse({}),
      gate: createRedisResourceGate({ connection, namespace: NAMESPACE, limits: [], random: Math.random }),
      logger: createLogger({ app: 'api', level: 'fatal' }),
      registry: createMetrics({ app: 'api' }).registry,
      health: { database: database.ping, redis: async () => void (await connection.ping()), silentWorkers: async () => [] },
      readFleet: async () => ({ status: 'ok', silent: null, missing: [], heartbeats: [] }),
      ...{ requestsPerMinute: 0, trustProxy: false, scheduleDefinitions: [], pushSecrets: [], countChanges: () => undefined },
    })
    opened.defer(() => database.close())
    opened.defer(() => api.close())
    return async (number) => {
      const answer = await api.inject({
        ...{ method: 'POST', url: '/student-create', payload: pupil({ number, schools: SCHOOLS }) },
        headers: { authorization: `Bearer ${key}` },
      })
      if (answer.statusCode !== 202) throw new Error(`${answer.statusCode} ${answer.body}`)
    }
  }
}

/** Counts, and tells when so many were counted. */
function createGate() {
  let counted = 0
  let waiting: readonly { readonly number: number; readonly resolve: () => void }[] = []
  return {
    count() {
      counted += 1
      for (const { number, resolve } of waiting) if (number <= counted) resolve()
      waiting = waiting.filter(({ number }) => number > counted)
    },
    reached: (number: number) =>
      new Promise<void>((resolve) => {
        if (counted >= number) resolve()
        else waiting = [...waiting, { number, resolve }]
      }),
  }
}
