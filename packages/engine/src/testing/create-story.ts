// Runs processes on a virtual clock: the engine's real judgement and carry-out over a ledger and a queue in memory. Two hours of polling
// pass in no time, and every trail can be asserted whole.
import { setImmediate } from 'node:timers/promises'
import { createSignalHandlers } from '../create-signal-handlers.ts'
import { type Dispatcher, queueName } from '../dispatcher.ts'
import { engineErrors, LedgerUnavailableError } from '../errors.ts'
import type { StateHandlers } from '../handler.ts'
import { createIds } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Closures, Ledger } from '../ledger.ts'
import { createLedgerAccess } from '../ledger-access.ts'
import type { Notice } from '../notice.ts'
import { type SignalOrder, sendSignal } from '../operations/send-signal.ts'
import { prepareRun } from '../prepare-run.ts'
import type { ProcessDefinition } from '../process-table.ts'
import { createReconcile, createStateToday, type ReconcilePass } from '../reconcile.ts'
import type { ResourceGate, ResourceLimits } from '../resource-gate.ts'
import { CLOSED_BY_OPERATOR, createReopen, createResources, FLEET, isClosed, probeEveryMs, resourcesOf } from '../resources.ts'
import { type Run, WORKERS } from '../run.ts'
import type { Signals } from '../signals.ts'
import { createWorkJob, type JobFate, type WorkJob } from '../work-job.ts'
import { createInMemoryClosures } from './in-memory-closures.ts'
import { createInMemoryGate } from './in-memory-gate.ts'
import { createInMemoryLeases } from './in-memory-leases.ts'
import { createInMemoryLedger, type InMemoryLedger } from './in-memory-ledger.ts'
import { createInMemoryQueue, type InMemoryQueue, type QueuedJob } from './in-memory-queue.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

/** A story that plays more jobs than this at one go goes in circles. */
const MAX_JOBS = 100_000

export interface Story {
  readonly clock: VirtualClock
  readonly ledger: InMemoryLedger
  readonly notices: readonly Notice[]
  readonly queue: InMemoryQueue
  readonly gate: ResourceGate
  readonly closures: Closures
  /** Writes a run and enqueues its first job. */
  begin(what: { readonly process: ProcessDefinition; readonly input: JsonObject }): Promise<Run>
  /** Works what is due, moving the clock from job to job, until nothing is left or the time is up. */
  play(options?: { readonly forMs?: number }): Promise<void>
  /** Works the next job and nothing more. @param signal fires when the job is taken away */
  playOne(signal?: AbortSignal): Promise<JobFate>
  /**
   * Works the next job three times: its worker dies after the handler has done its work and before the ledger knows of it; the second try
   * comes through; and a third one, by a worker that had been given up for dead, comes too late.
   */
  playTwice(): Promise<void>
  /** Takes the next job, and lets its worker die before it has done anything. */
  killWorker(): void
  /** While it is false, every question to the ledger and to the signals is answered with LedgerUnavailableError. */
  setLedgerReachable(isReachable: boolean): void
  reconcile(): Promise<ReconcilePass | null>
  /** As whoever answers does: under a new key, unless the story says which. @throws as `sendSignal` does */
  signal(order: Pick<SignalOrder, 'uuid' | 'name' | 'outcome'> & Partial<SignalOrder>): Promise<Run>
  /** As an operator does. `fleet`: nothing is played until it is reopened. */
  close(resource: string): Promise<void>
  /** As an operator does. */
  reopen(resource: string): Promise<boolean>
  /** `STATE outcome-or-status` of each event, then the state in which the run stands. */
  trail(uuid: string): string[]
  readonly dispatcher: Dispatcher
}

export interface StoryOptions {
  /** Those of states that wait for signals come by themselves. */
  readonly handlers: readonly StateHandlers[]
  /** @defaultValue every resource is reopened by a probe that gets through */
  readonly limits?: readonly ResourceLimits[]
  /** @defaultValue one without a budget */
  readonly gate?: ResourceGate
}

export function createStory({ handlers, limits = [], gate = createInMemoryGate() }: StoryOptions): Story {
  const clock = createVirtualClock()
  const ledger = createInMemoryLedger()
  const reached = createReachable(ledger)
  const { signals } = reached
  const closures = createInMemoryClosures()
  const queue = createInMemoryQueue(clock)
  const notices: Notice[] = []
  const notify = (notice: Notice) => void notices.push(notice)
  const newId = createIds(clock)
  const processes = [...new Set(handlers.map(({ process }) => process))]

  const statesOf = (resource: string) =>
    processes.flatMap((process) =>
      Object.entries(process.states)
        .filter(([, row]) => resource === FLEET || row.resource === resource)
        .map(([state]) => ({ process: process.name, state })),
    )
  const reopen = createReopen({ gate, closures, ledger: reached.ledger, clock, notify, statesOf })
  const resources = createResources({
    gate,
    closures,
    limits,
    clock,
    notify,
    instance: 'story',
    reopen: async (resource) => void (await reopen({ resource, by: 'story', audit: null })),
  })
  const access = createLedgerAccess({ ledger: reached.ledger, dispatcher: queue, notify })
  const deps = { ledger: reached.ledger, access, resources, clock, random: () => 0.5, newId, notify }
  const workers = new Map<string, WorkJob>(
    [...handlers, ...WORKERS.flatMap((worker) => createSignalHandlers({ processes, worker, signals }))].flatMap(
      ({ process, handlers: byState }) =>
        Object.entries(byState).map(([state, handler]): [string, WorkJob] => [
          queueName({ process: process.name, state }),
          createWorkJob({ process, state, handler }, deps),
        ]),
    ),
  )
  const reconcile = createReconcile({
    ...{ ledger: reached.ledger, dispatcher: queue, leases: createInMemoryLeases(clock), closures, gate, clock, notify },
    instance: 'story',
    resources: resourcesOf(processes),
    stateToday: createStateToday(processes),
  })

  function takeNext(by: number): QueuedJob | null {
    const next = queue.take(by)
    if (next && next.at > clock.now()) clock.moveTo(next.at)
    return next
  }

  async function takeUnlessPaused(by: number): Promise<QueuedJob | null> {
    return (await isClosed(closures, FLEET)) ? null : takeNext(by)
  }

  function takeOne(): QueuedJob {
    const next = takeNext(Number.POSITIVE_INFINITY)
    if (!next) throw new Error('There is nothing to play.')
    return next
  }

  async function tryOnce({ job, tries, looks, stalls }: QueuedJob, signal = new AbortController().signal): Promise<JobFate> {
    const workJob = workers.get(queueName(job))
    if (!workJob) throw new Error(`The story has no handler for ${queueName(job)}.`)
    const { uuid, version, again = false } = job
    return workJob({ uuid, version, tries, looks, stalls, again }, signal)
  }

  async function workOne(queued: QueuedJob, signal?: AbortSignal): Promise<JobFate> {
    const fate = await tryOnce(queued, signal)
    if (fate.kind !== 'delayed') return fate
    const { delayMs, look, untried } = fate
    const { tries, looks } = queued
    queue.putBack({ ...queued, at: clock.now() + delayMs, tries: tries + (untried ? 0 : 1), looks: looks + (look ? 1 : 0) })
    return fate
  }

  return {
    clock,
    ledger,
    notices,
    queue,
    gate,
    closures,
    dispatcher: queue,
    reconcile,
    setLedgerReachable: reached.set,

    signal: (order) =>
      sendSignal(
        { actor: 'somebody', reason: 'The story says so.', key: newId(), ...order },
        { ledger: reached.ledger, signals, dispatcher: queue, processes, clock, newId, notify },
      ),

    async close(resource) {
      const closure = { resource, errorCode: CLOSED_BY_OPERATOR, cause: 'The story says so.', closedAt: clock.now(), closedBy: 'operator' }
      await closures.close(closure, null)
      if (resource !== FLEET) await gate.close({ resource, probeEveryMs: probeEveryMs(closure), now: clock.now() })
    },

    reopen: (resource) => reopen({ resource, by: 'operator', audit: null }),

    async begin({ process, input }) {
      const now = clock.now()
      const run = prepareRun({ process, input, groupUuid: newId(), requestedBy: 'story', priority: 1, now, newId })
      await ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
      await queue.enqueue([{ ...run, version: 1, delayMs: run.dueAt - now }])
      return ledger.run(run.uuid)
    },

    async play({ forMs = Number.POSITIVE_INFINITY } = {}) {
      const until = clock.now() + forMs
      let played = 0
      for (let next = await takeUnlessPaused(until); next; next = await takeUnlessPaused(until)) {
        await workOne(next)
        await setImmediate()
        played += 1
        if (played > MAX_JOBS) throw new Error(`The story has no end: ${queueName(next.job)} is worked again and again.`)
      }
      if (Number.isFinite(until)) clock.moveTo(until)
    },

    async playOne(signal) {
      const next = await takeUnlessPaused(Number.POSITIVE_INFINITY)
      if (!next) throw new Error('There is nothing to play.')
      return workOne(next, signal)
    },

    async playTwice() {
      const next = takeOne()
      reached.loseWrites(true)
      await tryOnce(next)
      reached.loseWrites(false)
      const again = { ...next, tries: next.tries + 1, stalls: next.stalls + 1 }
      const fate = await workOne(again)
      if (fate.kind === 'done') await tryOnce(again)
    },

    killWorker() {
      const next = takeOne()
      queue.putBack({ ...next, at: clock.now(), tries: next.tries + 1, stalls: next.stalls + 1 })
    },

    trail(uuid) {
      const events = ledger.history(uuid).map((event) => {
        const what = event.errorCode ?? (event.count === null ? event.status : `${event.status} ×${event.count}`)
        return `${event.state} ${what}`
      })
      const run = ledger.run(uuid)
      return [...events, run.completion ? `${run.state} ${run.completion}` : run.state]
    },
  }
}

/** The ledger as the story's workers reach it, or do not. */
function createReachable(ledger: InMemoryLedger): {
  readonly ledger: Ledger
  readonly signals: Signals
  set(isReachable: boolean): void
  loseWrites(isLost: boolean): void
} {
  let isReachable = true
  let writesAreLost = false
  const reads: readonly string[] = ['read', 'due', 'backlog', 'find', 'next'] satisfies (keyof Ledger | keyof Signals)[]

  function reach<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get(target, name, receiver) {
        const gone = !isReachable || (writesAreLost && !reads.includes(String(name)))
        return gone ? unreachable : Reflect.get(target, name, receiver)
      },
    })
  }

  return {
    ledger: reach<Ledger>(ledger),
    signals: reach(ledger.signals),
    set(reachable) {
      isReachable = reachable
    },
    loseWrites(lost) {
      writesAreLost = lost
    },
  }
}

async function unreachable(): Promise<never> {
  throw new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
}
