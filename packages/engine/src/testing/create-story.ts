// Runs processes on a virtual clock: the engine's real judgement and carry-out over a ledger and a queue in memory. Two hours of polling
// pass in no time, and every trail can be asserted whole.
import { setImmediate } from 'node:timers/promises'
import { type Dispatcher, jobId, queueName, type StateJob } from '../dispatcher.ts'
import type { StateHandlers } from '../handler.ts'
import { createIds } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import { createLedgerAccess } from '../ledger-access.ts'
import type { Notice } from '../notice.ts'
import { prepareRun } from '../prepare-run.ts'
import type { ProcessDefinition } from '../process-table.ts'
import { createReopen, createResources } from '../resources.ts'
import type { Run } from '../run.ts'
import { createWorkJob, type JobFate, type WorkJob } from '../work-job.ts'
import { createInMemoryClosures } from './in-memory-closures.ts'
import { createInMemoryGate } from './in-memory-gate.ts'
import { createInMemoryLedger, type InMemoryLedger } from './in-memory-ledger.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

interface QueuedJob {
  readonly job: StateJob
  readonly at: number
  readonly looks: number
  readonly stalls: number
}

export interface Story {
  readonly clock: VirtualClock
  readonly ledger: InMemoryLedger
  readonly notices: readonly Notice[]
  /** Writes a run and enqueues its first job. */
  begin(what: { readonly process: ProcessDefinition; readonly input: JsonObject }): Promise<Run>
  /** Works what is due, moving the clock from job to job, until nothing is left or the time is up. */
  play(options?: { readonly forMs?: number }): Promise<void>
  /** Works the next job and then, as if its worker had died before it could tell the queue, once more. */
  playTwice(): Promise<void>
  /** `STATE outcome-or-status` of each event, then the state in which the run stands. */
  trail(uuid: string): string[]
  readonly dispatcher: Dispatcher
}

export function createStory({ handlers }: { readonly handlers: readonly StateHandlers[] }): Story {
  const clock = createVirtualClock()
  const ledger = createInMemoryLedger()
  const closures = createInMemoryClosures()
  const gate = createInMemoryGate()
  const notices: Notice[] = []
  const notify = (notice: Notice) => void notices.push(notice)
  const newId = createIds(clock)
  let queue: QueuedJob[] = []
  let remembered = false

  const dispatcher: Dispatcher = {
    async enqueue(jobs) {
      for (const job of jobs) if (!queue.some((queued) => jobId(queued.job) === jobId(job))) queue.push(freshJob(job))
    },
    async restore(jobs) {
      const lost = jobs.filter((job) => !queue.some((queued) => jobId(queued.job) === jobId(job)))
      queue.push(...lost.map(freshJob))
      return lost.length
    },
    async wake(job) {
      queue = queue.map((queued) => (jobId(queued.job) === jobId(job) ? { ...queued, at: clock.now() } : queued))
    },
    isForgetful: async () => !remembered,
    async remember() {
      remembered = true
    },
  }

  const statesOf = (resource: string) =>
    handlers.flatMap(({ process }) =>
      Object.entries(process.states)
        .filter(([, row]) => row.resource === resource)
        .map(([state]) => ({ process: process.name, state })),
    )
  const reopen = createReopen({ gate, closures, ledger, clock, notify, statesOf })
  const resources = createResources({
    gate,
    closures,
    limits: [],
    clock,
    notify,
    instance: 'story',
    reopen: async (resource) => void (await reopen({ resource, by: 'story', audit: null })),
  })
  const access = createLedgerAccess({ ledger, dispatcher, notify })
  const deps = { ledger, access, resources, clock, random: () => 0.5, newId, notify }
  const workers = new Map<string, WorkJob>(
    handlers.flatMap(({ process, handlers: byState }) =>
      Object.entries(byState).map(([state, handler]): [string, WorkJob] => [
        queueName({ process: process.name, state }),
        createWorkJob({ process, state, handler }, deps),
      ]),
    ),
  )

  function freshJob(job: StateJob): QueuedJob {
    return { job, at: clock.now() + job.delayMs, looks: 0, stalls: 0 }
  }

  function takeNext(before: number): QueuedJob | null {
    const [next] = queue.toSorted((a, b) => a.at - b.at)
    if (!next || next.at > before) return null
    queue = queue.filter((queued) => queued !== next)
    if (next.at > clock.now()) clock.moveTo(next.at)
    return next
  }

  async function workOne(queued: QueuedJob): Promise<JobFate> {
    const { job, looks, stalls } = queued
    const workJob = workers.get(queueName(job))
    if (!workJob) throw new Error(`The story has no handler for ${queueName(job)}.`)
    const fate = await workJob({ uuid: job.uuid, version: job.version, looks, stalls }, new AbortController().signal)
    if (fate.kind === 'delayed') queue.push({ ...queued, at: clock.now() + fate.delayMs, looks: looks + 1 })
    return fate
  }

  return {
    clock,
    ledger,
    notices,
    dispatcher,

    async begin({ process, input }) {
      const now = clock.now()
      const run = prepareRun({ process, input, groupUuid: newId(), requestedBy: 'story', priority: 1, now, newId })
      await ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
      await dispatcher.enqueue([{ ...run, version: 1, delayMs: run.dueAt - now }])
      return ledger.run(run.uuid)
    },

    async play({ forMs = Number.POSITIVE_INFINITY } = {}) {
      const until = clock.now() + forMs
      for (let next = takeNext(until); next; next = takeNext(until)) {
        await workOne(next)
        await setImmediate()
      }
      if (Number.isFinite(until)) clock.moveTo(until)
    },

    async playTwice() {
      const next = takeNext(Number.POSITIVE_INFINITY)
      if (!next) throw new Error('There is nothing to play.')
      await workOne(next)
      await workOne({ ...next, looks: next.looks + 1, stalls: next.stalls + 1 })
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
