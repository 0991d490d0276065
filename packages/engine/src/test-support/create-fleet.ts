// Workers over a real Redis and the machine's clock, with a ledger in memory: what stories leave out.
import { onTestFinished } from 'vitest'
import { type BullDispatcher, createDispatcher } from '../bullmq/create-dispatcher.ts'
import { createWorkers, type Workers } from '../bullmq/create-workers.ts'
import { createRedisResourceGate } from '../bullmq/redis-resource-gate.ts'
import { systemClock } from '../clock.ts'
import { createSignalHandlers } from '../create-signal-handlers.ts'
import type { StateHandlers } from '../handler.ts'
import { createIds } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Notice } from '../notice.ts'
import { prepareRun } from '../prepare-run.ts'
import type { ProcessDefinition } from '../process-table.ts'
import { createResources } from '../resources.ts'
import { type Run, WORKERS } from '../run.ts'
import { createInMemoryClosures } from '../testing/in-memory-closures.ts'
import { createInMemoryLedger, type InMemoryLedger } from '../testing/in-memory-ledger.ts'
import { connectTo, newNamespace, ready, type TestRedis } from './real-redis.ts'

export interface Fleet {
  readonly ledger: InMemoryLedger
  readonly dispatcher: BullDispatcher
  readonly namespace: string
  readonly notices: readonly Notice[]
  /** What BullMQ complained of. */
  readonly errors: readonly Error[]
  /** Another worker app of the same fleet; it is stopped when the test is over. */
  workers(options?: { readonly concurrency?: number; readonly handlers?: readonly StateHandlers[] }): Workers
  begin(process: ProcessDefinition, input: JsonObject): Promise<Run>
  /** The first notice of this kind that a test has not waited for yet, past ones included. */
  told(predicate: (notice: Notice) => boolean): Promise<Notice>
  /** The run as it ended. */
  ended(uuid: string): Promise<Run>
}

export interface FleetOptions {
  readonly redis: TestRedis
  readonly handlers: readonly StateHandlers[]
  readonly namespace?: string
}

export async function createFleet({ redis, handlers, namespace = newNamespace() }: FleetOptions): Promise<Fleet> {
  const ledger = createInMemoryLedger()
  const connection = await ready(connectTo(redis))
  const processes = [...new Set(handlers.map(({ process }) => process))]
  const dispatcher = createDispatcher({ connection, namespace, processes })
  const newId = createIds(systemClock)
  const notices: Notice[] = []
  const errors: Error[] = []
  const waiting = new Set<() => void>()

  function notify(notice: Notice): void {
    notices.push(notice)
    for (const look of waiting) look()
  }

  function told(predicate: (notice: Notice) => boolean): Promise<Notice> {
    return new Promise((resolve) => {
      const look = () => {
        const found = notices.find(predicate)
        if (!found) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  }

  return {
    ledger,
    dispatcher,
    namespace,
    notices,
    errors,
    told,

    workers({ concurrency = 5, handlers: own = handlers } = {}) {
      const limits = [{ name: 'shop', ratePerSecond: 1_000, burst: 1_000, reopenByProbe: true }]
      const gate = createRedisResourceGate({ connection, namespace, limits, random: Math.random })
      const resources = createResources({
        ...{ gate, limits, clock: systemClock, notify, instance: 'test' },
        closures: createInMemoryClosures(),
        reopen: (resource) => gate.reopen({ resource }),
      })
      const workers = createWorkers({
        ...{ ledger, dispatcher, resources, namespace, concurrency, notify },
        handlers: [...own, ...WORKERS.flatMap((worker) => createSignalHandlers({ processes, worker, signals: ledger.signals }))],
        clock: systemClock,
        connection: connectTo(redis, 'worker'),
        onError: (error) => void errors.push(error),
      })
      onTestFinished(async () => void (await workers.stop(2_000)))
      return workers
    },

    async begin(process, input) {
      const now = systemClock.now()
      const run = prepareRun({ process, input, groupUuid: newId(), requestedBy: 'test', priority: 1, now, newId })
      await ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
      await dispatcher.enqueue([{ ...run, version: 1, delayMs: run.dueAt - now }])
      return ledger.run(run.uuid)
    },

    async ended(uuid) {
      const isEnding = (to: string) => ['COMPLETED', 'FAILED', 'CANCELLED'].includes(to)
      await told((notice) => notice.kind === 'advanced' && notice.run.uuid === uuid && isEnding(notice.to))
      return ledger.run(uuid)
    },
  }
}
