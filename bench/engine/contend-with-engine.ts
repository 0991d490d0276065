// A process of ours as a contender, over the embedded database: every transition is a committed row with its history before a job counts as
// done.
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
import { type ContenderTask, runContender } from './contender.ts'

export interface EngineContender {
  readonly process: ProcessDefinition
  readonly handlers: (database: Database) => readonly StateHandlers[]
  readonly inputOf: (index: number) => JsonObject
}

/** More than any contender takes: the bench measures the engine, not a budget. */
const LIMITS = [{ name: 'graph', ratePerSecond: 1_000_000, burst: 1_000_000, reopenByProbe: true }]
const NAMESPACE = 'bench'
const SEED_CHUNK = 1_000

export async function contendWithEngine({ process, handlers, inputOf }: EngineContender): Promise<void> {
  await runContender({
    async seed(task) {
      const { close, database, dispatcher } = await open(task)
      const newId = createIds(systemClock)
      const groupUuid = newId()
      const origin = { groupUuid, requestedBy: 'bench', priority: 1, now: Date.now(), newId }
      for (let at = 0; at < task.runs; at += SEED_CHUNK) {
        const indexes = Array.from({ length: Math.min(SEED_CHUNK, task.runs - at) }, (_, index) => at + index)
        const runs = indexes.map((index) => prepareRun({ process, input: inputOf(index), ...origin }))
        await database.ledger.accept({ groupUuid, request: null, runs })
        await dispatcher.enqueue(runs.map((run) => ({ ...run, version: 1, delayMs: 0 })))
      }
      await close()
    },

    async prepare(task) {
      const { runs, jobsPerQueue, workers: own } = task
      const { close, connection, database, dispatcher } = await open(task)
      await database.warmUp()
      const { counted, sql } = countRequests(database.ledger)
      const finished = Promise.withResolvers<void>()
      let completed = 0
      const notify = (notice: Notice) => {
        if (notice.kind === 'advanced' && notice.to === 'COMPLETED') completed += 1
        if (completed === runs) finished.resolve()
      }
      const parts = { clock: systemClock, notify, connection, namespace: NAMESPACE }
      const ownHandlers = handlers(database).filter(({ worker }) => own.includes(worker))
      const queues = ownHandlers.reduce((sum, one) => sum + Object.keys(one.handlers).length, 0)
      const workers = createWorkers({
        ...parts,
        handlers: ownHandlers,
        ledger: counted,
        dispatcher,
        resources: openResources({ ...parts, ledger: counted }),
        concurrency: jobsPerQueue * queues,
        onError: (error) => {
          throw error
        },
      })
      return {
        sql,
        async work() {
          workers.start()
          await finished.promise
        },
        async stop() {
          await workers.stop(10_000)
          await close()
        },
      }
    },
  })

  async function open({ folder, redisUrl }: ContenderTask) {
    const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
    const database = await createDatabase({ url: `file:${join(folder, 'bench.db')}` })
    const dispatcher = createDispatcher({ connection, namespace: NAMESPACE, processes: [process] })
    const close = async () => {
      await dispatcher.close()
      await connection.quit()
      await database.close()
    }
    return { close, connection, database, dispatcher }
  }
}

function openResources({
  clock,
  connection,
  ledger,
  notify,
}: {
  readonly clock: typeof systemClock
  readonly connection: Redis
  readonly ledger: Ledger
  readonly notify: (notice: Notice) => void
}) {
  const gate = createRedisResourceGate({ connection, namespace: NAMESPACE, limits: LIMITS, random: Math.random })
  const closures = createInMemoryClosures()
  const reopen = createReopen({ gate, closures, ledger, clock, notify, statesOf: () => [] })
  return createResources({
    gate,
    closures,
    limits: LIMITS,
    clock,
    notify,
    instance: 'bench',
    reopen: async (resource) => void (await reopen({ resource, by: 'bench', audit: null })),
  })
}

/** Counts round trips to the ledger, and what they amount to in statements on SQLite: an UPDATE and an INSERT per transition. */
function countRequests(ledger: Ledger) {
  let requests = 0
  let statements = 0
  const counted: Ledger = {
    ...ledger,
    read(uuids) {
      requests += 1
      statements += uuids.length
      return ledger.read(uuids)
    },
    commit(transitions) {
      requests += 1
      statements += transitions.reduce((sum, { events }) => sum + 1 + events.length, 2)
      return ledger.commit(transitions)
    },
    commitWith(change) {
      requests += 1
      statements += 2 + change.transition.events.length
      return ledger.commitWith(change)
    },
  }
  return { counted, sql: () => ({ requests, statements }) }
}
