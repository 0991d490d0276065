// Runs one process of ours from its first state to its end, over the embedded database: every transition is a committed row with its history
// before a job counts as done.
import { join } from 'node:path'
import { createDatabase, type Database } from '@rollcall/database'
import {
  createDispatcher,
  createIds,
  createRedisResourceGate,
  createReopen,
  createResources,
  createWorkers,
  type JsonObject,
  type Ledger,
  type Notice,
  type ProcessDefinition,
  prepareRun,
  type StateHandlers,
  systemClock,
} from '@rollcall/engine'
import { createInMemoryClosures } from '@rollcall/engine/testing'
import { Redis } from 'ioredis'
import { measure, readContenderEnv, report } from './measure.ts'

export interface EngineContender {
  readonly process: ProcessDefinition
  readonly handlers: (database: Database) => readonly StateHandlers[]
  readonly inputOf: (index: number) => JsonObject
}

/** More than any contender takes: the bench measures the engine, not a budget. */
const LIMITS = [{ name: 'graph', ratePerSecond: 1_000_000, burst: 1_000_000, reopenByProbe: true }]

export async function runEngine({ process, handlers, inputOf }: EngineContender): Promise<void> {
  const { redisUrl, folder, runs, jobsInHand } = readContenderEnv()
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
  const database = await createDatabase({ url: `file:${join(folder, 'bench.db')}` })
  await database.warmUp()
  const dispatcher = createDispatcher({ connection, namespace: 'bench', processes: [process] })

  let requests = 0
  let statements = 0
  /** Counts round trips to the ledger, and what they amount to in statements on SQLite: an UPDATE and an INSERT per transition. */
  const counted: Ledger = {
    ...database.ledger,
    read(uuids) {
      requests += 1
      statements += 1
      return database.ledger.read(uuids)
    },
    commit(transitions) {
      requests += 1
      statements += transitions.reduce((sum, { events }) => sum + 1 + events.length, 2)
      return database.ledger.commit(transitions)
    },
    commitWith(change) {
      requests += 1
      statements += 2 + change.transition.events.length
      return database.ledger.commitWith(change)
    },
  }

  let completed = 0
  const finished = Promise.withResolvers<void>()
  function notify(notice: Notice): void {
    if (notice.kind === 'advanced' && notice.to === 'COMPLETED') completed += 1
    if (completed === runs) finished.resolve()
  }

  const gate = createRedisResourceGate({ connection, namespace: 'bench', limits: LIMITS, random: Math.random })
  const closures = createInMemoryClosures()
  const reopen = createReopen({ gate, closures, ledger: counted, clock: systemClock, notify, statesOf: () => [] })
  const resources = createResources({
    gate,
    closures,
    limits: LIMITS,
    clock: systemClock,
    notify,
    instance: 'bench',
    reopen: async (resource) => void (await reopen({ resource, by: 'bench', audit: null })),
  })
  const workers = createWorkers({
    handlers: handlers(database),
    ledger: counted,
    dispatcher,
    resources,
    clock: systemClock,
    notify,
    connection,
    namespace: 'bench',
    concurrency: jobsInHand,
    onError: (error) => {
      throw error
    },
  })

  const newId = createIds(systemClock)
  const groupUuid = newId()
  const now = Date.now()
  for (let at = 0; at < runs; at += 1_000) {
    const batch = Array.from({ length: Math.min(1_000, runs - at) }, (_, index) =>
      prepareRun({ process, input: inputOf(at + index), groupUuid, requestedBy: 'bench', priority: 1, now, newId }),
    )
    await database.ledger.accept({ groupUuid, request: null, runs: batch })
    await dispatcher.enqueue(batch.map((run) => ({ ...run, version: 1, delayMs: 0 })))
  }

  const measured = await measure({
    runs,
    work: async () => {
      workers.start()
      await finished.promise
    },
    sql: () => ({ statements, requests }),
  })
  await workers.stop(10_000)
  await dispatcher.close()
  await connection.quit()
  await database.close()
  report(measured)
}
