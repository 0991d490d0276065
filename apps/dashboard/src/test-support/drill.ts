// An invented process with workers of its own on the test's Redis and database, so that failed runs and failed jobs are real ones.
import type { Database } from '@rollcall/database'
import {
  type BullDispatcher,
  type Clock,
  createIds,
  createRedisResourceGate,
  createResources,
  createWorkers,
  defineErrorCodes,
  defineHandlers,
  defineProcess,
  isEnding,
  type Notice,
  prepareRun,
  type Run,
  TerminalError,
} from '@rollcall/engine'
import { connectRedis, createLogger, disconnectRedis } from '@rollcall/platform'
import { z } from 'zod'

export const drillErrors = defineErrorCodes({
  DRILL_BROKE: { sentence: 'The drill bit broke.', kind: 'terminal', httpStatus: 500, runbook: 'Put in another bit, then replay.' },
})

export const drill = defineProcess({
  name: 'drill',
  input: z.object({ hole: z.string(), owner: z.string() }),
  about: ({ hole, owner }) => ({ type: 'DRILL', subjectId: hole, subjectName: owner, scopeId: 'wall-1' }),
  start: 'MARK',
  states: {
    MARK: { worker: 'create', next: { marked: 'DRILL' }, givenUp: 'DRILL', replayable: true },
    DRILL: { worker: 'persist', next: { drilled: 'COMPLETED' } },
  },
})

export interface Drill {
  /** Holes whose state breaks, for good. */
  readonly breaks: { readonly MARK: Set<string>; readonly DRILL: Set<string> }
  /** Begins a run and waits until it has ended, and its last job with it. */
  run(hole: string): Promise<Run>
  /** @param after only once it has this version at least; without it, whenever it ends first */
  ended(uuid: string, after?: { readonly version: number }): Promise<Run>
  stop(): Promise<void>
}

export function startDrill({
  redisUrl,
  namespace,
  database,
  dispatcher,
  clock,
}: {
  readonly redisUrl: string
  readonly namespace: string
  readonly database: Database
  readonly dispatcher: BullDispatcher
  readonly clock: Clock
}): Drill {
  const { ledger, closures } = database
  const breaks = { MARK: new Set<string>(), DRILL: new Set<string>() }
  const newId = createIds(clock)
  const connection = connectRedis({ url: redisUrl, role: 'worker', logger: createLogger({ app: 'drill', level: 'silent' }) })
  const waiting = new Map<string, () => void>()
  const work = (state: keyof typeof breaks, hole: string) => {
    if (breaks[state].has(hole)) throw new TerminalError(drillErrors.DRILL_BROKE)
  }
  const gate = createRedisResourceGate({ connection, namespace, limits: [], random: Math.random })
  const notify = (notice: Notice) => {
    if (notice.kind === 'advanced' && isEnding(notice.to)) waiting.get(notice.run.uuid)?.()
  }
  const workers = createWorkers({
    ledger,
    dispatcher,
    connection,
    namespace,
    clock,
    notify,
    resources: createResources({
      gate,
      limits: [],
      clock,
      notify,
      instance: 'drill',
      closures,
      reopen: (resource) => gate.reopen({ resource }),
    }),
    concurrency: 5,
    onError: () => undefined,
    handlers: [
      defineHandlers(drill, 'create', {
        async MARK({ input }) {
          work('MARK', input.hole)
          return { outcome: 'marked' }
        },
      }),
      defineHandlers(drill, 'persist', {
        async DRILL({ input }) {
          work('DRILL', input.hole)
          return { outcome: 'drilled' }
        },
      }),
    ],
  })
  workers.start()

  async function ended(uuid: string, { version }: { readonly version: number } = { version: 0 }): Promise<Run> {
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.set(uuid, resolve)
    const before = await ledger.find(uuid)
    if (before?.dueAt === null && before.version >= version) resolve()
    await promise
    waiting.delete(uuid)
    const run = await ledger.find(uuid)
    if (!run) throw new Error(`The run ${uuid} is gone.`)
    await noneActive()
    return run
  }

  /** A job ends a moment after its run's row. */
  async function noneActive(): Promise<void> {
    for (const queue of dispatcher.queues.values()) {
      while ((await queue.getActiveCount()) > 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }

  return {
    breaks,
    ended,
    async run(hole) {
      const now = clock.now()
      const input = { hole, owner: 'Елица Примерова' }
      const run = prepareRun({ process: drill, input, groupUuid: newId(), requestedBy: 'test', priority: 1, now, newId })
      await ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
      await dispatcher.enqueue([{ ...run, version: 1, delayMs: 0 }])
      return ended(run.uuid)
    },
    async stop() {
      await workers.stop(5_000)
      await disconnectRedis(connection)
    },
  }
}
