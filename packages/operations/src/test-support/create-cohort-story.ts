// Cohorts on a virtual clock, beside a process `errand` whose customers are turned away for as long as the test says so.
import {
  createIds,
  defineErrorCodes,
  defineHandlers,
  defineProcess,
  defineSchedule,
  type Ledger,
  type Notice,
  type ProcessDefinition,
  prepareRun,
  type Run,
  replayRun,
  type StateJob,
  TerminalError,
} from '@rollcall/engine'
import { createStory, type Story } from '@rollcall/engine/testing'
import { z } from 'zod'
import { createOperationsHandlers } from '../handlers.ts'
import type { CohortStore } from '../ports/cohort-store.ts'
import { type ReplayCohortInput, replayCohort } from '../replay-cohort/process.ts'
import { createInMemoryCohorts } from '../testing/in-memory-cohorts.ts'

export const errandErrors = defineErrorCodes({
  SHOP_SHUT: { sentence: 'The shop is shut.', kind: 'terminal', httpStatus: 500, runbook: 'Look.' },
  TURNED_AWAY: { sentence: 'The customer was turned away.', kind: 'terminal', httpStatus: 500, runbook: 'Look.' },
})

export const errand = defineProcess({
  name: 'errand',
  input: z.object({ customer: z.string(), street: z.string().optional() }),
  about: ({ customer, street }) => ({ type: 'ERRAND', subjectId: customer, subjectName: null, scopeId: street ?? null }),
  start: 'WALK',
  states: {
    WALK: { worker: 'create', next: { arrived: 'BUY' }, replayable: true },
    BUY: { worker: 'create', next: { bought: 'COMPLETED' } },
  },
})

/** The job of every morning. */
export const round = defineProcess({
  name: 'round',
  input: z.object({ customer: z.string() }),
  about: ({ customer }) => ({ type: 'ROUND', subjectId: customer, subjectName: null, scopeId: null }),
  start: 'WALK',
  states: { WALK: { worker: 'create', next: { arrived: 'COMPLETED' } } },
})

const everyMorning = defineSchedule({
  name: 'everyMorning',
  process: round,
  about: 'Goes round every morning.',
  settings: z.object({}),
  defaults: { cron: '0 6 * * *', timeZone: 'UTC', enabled: true, settings: {} },
  inputOf: () => ({ customer: 'all' }),
})

export interface CohortStory extends Story {
  readonly cohorts: CohortStore
  readonly told: readonly Notice[]
  /** Who is turned away, and in what state. */
  readonly turnedAway: Map<string, 'WALK' | 'BUY'>
  /** How often each customer came to the counter. */
  readonly visits: Map<string, number>
  /** Called before each replay; what it throws comes instead of it. */
  beforeReplay: (uuid: string) => void | Promise<void>
  /** Called after each replay is committed; what it throws comes instead of its answer. */
  afterReplay: (uuid: string) => void | Promise<void>
  /** An errand that was turned away. */
  fail(customer: string, options?: { readonly state?: 'WALK' | 'BUY'; readonly street?: string }): Promise<Run>
  /** A run of the job that was turned away. */
  failJob(): Promise<Run>
  /** As `POST /replays` does. */
  order(changes?: Partial<ReplayCohortInput>): Promise<Run>
  /** As an operator does who replays this one. */
  replayAlone(run: Run, where?: { readonly process: ProcessDefinition; readonly lastState: string }): Promise<Run>
  /** `<outcome or error code>` by customer. */
  outcomes(cohortUuid: string): Promise<Readonly<Record<string, string>>>
}

export function createCohortStory(): CohortStory {
  const turnedAway = new Map<string, 'WALK' | 'BUY'>()
  const visits = new Map<string, number>()
  const told: Notice[] = []

  function serve(state: 'WALK' | 'BUY', customer: string): void {
    if (state === 'BUY') visits.set(customer, (visits.get(customer) ?? 0) + 1)
    if (turnedAway.get(customer) === state) throw new TerminalError(state === 'BUY' ? errandErrors.SHOP_SHUT : errandErrors.TURNED_AWAY)
  }

  // The handlers are handed to the story that they work with; nothing is asked of them before it stands.
  const ledger: Pick<Ledger, 'read' | 'replay' | 'requestCancel'> = {
    read: (uuids) => story.ledger.read(uuids),
    requestCancel: (change) => story.ledger.requestCancel(change),
    async replay(change) {
      await itself.beforeReplay(change.uuid)
      const result = await story.ledger.replay(change)
      await itself.afterReplay(change.uuid)
      return result
    },
  }
  const clock = { now: () => story.clock.now() }
  const cohorts = createInMemoryCohorts({ runs: () => story.ledger.runs(), history: (uuid) => story.ledger.history(uuid) })
  const newId = createIds(clock)
  const operations = {
    ledger,
    dispatcher: {
      enqueue: (jobs: readonly StateJob[]) => story.dispatcher.enqueue(jobs),
      restore: (jobs: readonly StateJob[]) => story.dispatcher.restore(jobs),
      wake: (job: Pick<StateJob, 'process' | 'state' | 'uuid' | 'version'>) => story.dispatcher.wake(job),
    },
    clock,
    newId,
    notify: (notice: Notice) => void told.push(notice),
  }
  const story: Story = createStory({
    handlers: [
      defineHandlers(errand, 'create', {
        WALK: async ({ input }) => {
          serve('WALK', input.customer)
          return { outcome: 'arrived' }
        },
        BUY: async ({ input }) => {
          serve('BUY', input.customer)
          return { outcome: 'bought' }
        },
      }),
      defineHandlers(round, 'create', {
        WALK: async ({ input }) => {
          serve('WALK', input.customer)
          return { outcome: 'arrived' }
        },
      }),
      ...createOperationsHandlers({ ...operations, cohorts, processes: [errand, round], scheduleDefinitions: [everyMorning] }),
    ],
  })

  const itself: CohortStory = {
    ...story,
    cohorts,
    told,
    turnedAway,
    visits,
    beforeReplay: () => {},
    afterReplay: () => {},

    async fail(customer, { state = 'BUY', street } = {}) {
      turnedAway.set(customer, state)
      const { uuid } = await story.begin({ process: errand, input: { customer, ...(street !== undefined && { street }) } })
      await story.play()
      return story.ledger.run(uuid)
    },

    async failJob() {
      turnedAway.set('all', 'WALK')
      const { uuid } = await story.begin({ process: round, input: { customer: 'all' } })
      await story.play()
      return story.ledger.run(uuid)
    },

    async order(changes = {}) {
      const now = story.clock.now()
      const cohortUuid = newId()
      const input = {
        cohortUuid,
        filter: { status: 'failed' as const },
        fromState: null,
        actor: 'operator',
        reason: 'The shop is open again.',
        asOf: now,
        count: 1,
        ...changes,
      }
      const origin = { groupUuid: newId(), requestedBy: 'operator', priority: 1, now }
      const run = prepareRun({ process: replayCohort, input, newId: () => cohortUuid, ...origin })
      await story.ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
      await story.queue.enqueue([{ ...run, version: 1, delayMs: 0 }])
      return story.ledger.run(cohortUuid)
    },

    replayAlone: (run, { process, lastState } = { process: errand, lastState: 'BUY' }) =>
      replayRun({ process, lastState, run, fromState: null, input: null, actor: 'another', reason: '' }, operations),

    async outcomes(cohortUuid) {
      const items = await cohorts.items({ cohortUuid, outcome: null, after: null, limit: 1_000 })
      const nameOf = (uuid: string) => story.ledger.runs().find((run) => run.uuid === uuid)?.subjectId ?? uuid
      return Object.fromEntries(items.map(({ runUuid, outcome, errorCode }) => [nameOf(runUuid), errorCode ?? outcome]))
    },
  }
  return itself
}
