// Replays the pending runs of a cohort, one after the other. What must always hold: a run's outcome is noted in the transaction that replays it,
// so that whoever dies in between leaves a list that is true, and no run is replayed twice by one cohort; one bad run does not stop the others.
import {
  CodedError,
  type Dispatcher,
  engineErrors,
  type HandlerOf,
  type Ledger,
  LedgerUnavailableError,
  type OperationDeps,
  type ProcessDefinition,
  priorityOf,
  type Run,
  replayRun,
  type ScheduleDefinition,
  scheduleOfProcess,
  TerminalError,
  type Transaction,
} from '@rollcall/engine'
import { operationsErrors } from '../../errors.ts'
import type { CohortStore, PendingItem } from '../../ports/cohort-store.ts'
import { MOST_IN_OWN_LANE } from '../cohort.ts'
import type { ReplayCohort, ReplayCohortInput } from '../process.ts'
import { putBackLast } from './put-back-last.ts'

const RUNS_PER_CHUNK = 100
/** A job works on for this long, and to at least this many runs however slow the database is: the largest cohort then takes 500 jobs. */
const WORK_FOR_MS = 20_000
const FEWEST_PER_JOB = 200

export interface ReplayItemsPorts extends OperationDeps {
  readonly dispatcher: OperationDeps['dispatcher'] & Pick<Dispatcher, 'restore'>
  readonly cohorts: CohortStore
  readonly ledger: Pick<Ledger, 'read' | 'replay' | 'requestCancel'>
  /** Whose runs may be replayed. */
  readonly processes: readonly ProcessDefinition[]
  /** Which of them are jobs. */
  readonly scheduleDefinitions: readonly ScheduleDefinition[]
}

interface Refusal {
  readonly runUuid: string
  readonly errorCode: string
  readonly detail: string
}

/** Another try of the same job has dealt with it: thrown to undo a replay, and nobody's business. */
class ItemSettled extends Error {}

export function createReplayItems(ports: ReplayItemsPorts): HandlerOf<ReplayCohort, 'REPLAY_ITEMS'> {
  const { clock, cohorts, ledger, notify, processes, scheduleDefinitions } = ports

  return async ({ uuid, input, isFirstTry, signal }) => {
    if (!isFirstTry) await putBackLast(uuid, ports)
    const until = clock.now() + WORK_FOR_MS
    const refusals: Refusal[] = []
    const lane = createLane(input)
    let before: string | null = null
    let replayed = 0
    let worked = 0
    for (;;) {
      const chunk: readonly PendingItem[] = await cohorts.pending({ cohortUuid: uuid, before, limit: RUNS_PER_CHUNK })
      const runs = new Map((await ledger.read(chunk.map(({ runUuid }) => runUuid))).map((run) => [run.uuid, run]))
      const refused: Refusal[] = []
      const from: string | null = before
      for (const item of chunk) {
        if (signal.aborted) break
        const fate = await replayOne({ item, run: runs.get(item.runUuid), cohortUuid: uuid, input, lane })
        if (fate === 'replayed') replayed += 1
        else if (fate !== 'settled') refused.push(fate)
        before = item.runUuid
        worked += 1
      }
      refusals.push(...(await stillPending(refused, from)))
      if (!signal.aborted && chunk.length < RUNS_PER_CHUNK) return finish()
      if (signal.aborted || (clock.now() >= until && worked >= FEWEST_PER_JOB) || (await isToStop())) return { outcome: 'more', ...done() }
    }

    /** Without those that could not be replayed because another try of this very job had just replayed them. */
    async function stillPending(refused: readonly Refusal[], from: string | null): Promise<readonly Refusal[]> {
      if (refused.length === 0) return refused
      const pending = await cohorts.pending({ cohortUuid: uuid, before: from, limit: RUNS_PER_CHUNK })
      const uuids = new Set(pending.map(({ runUuid }) => runUuid))
      return refused.filter(({ runUuid }) => uuids.has(runUuid))
    }

    async function isToStop(): Promise<boolean> {
      const [self] = await ledger.read([uuid])
      return self?.cancelRequestedAt !== null
    }

    function done() {
      return {
        received: { replayed, refused: refusals.length },
        write: (tx: Transaction) => cohorts.markRefused(tx, { cohortUuid: uuid, items: refusals, at: clock.now() }),
      }
    }

    async function finish() {
      const { items } = await cohorts.outcomes(uuid)
      const wasRefused = refusals.length > 0 || items.some(({ outcome }) => outcome === 'refused')
      return { outcome: wasRefused ? 'someRefused' : 'allReplayed', ...done() } as const
    }
  }

  async function replayOne({
    item: { runUuid, ended },
    run,
    cohortUuid,
    input: { actor, asOf, fromState, reason, withoutJobs },
    lane,
  }: {
    readonly item: PendingItem
    readonly run: Run | undefined
    readonly cohortUuid: string
    readonly input: ReplayCohortInput
    readonly lane: Lane
  }): Promise<'replayed' | 'settled' | Refusal> {
    try {
      if (!run || !ended) throw new TerminalError(engineErrors.RUN_NOT_FOUND)
      const process = processes.find(({ name }) => name === run.process)
      if (!process) throw new TerminalError(operationsErrors.COHORT_PROCESS_UNKNOWN, `It is ${run.process}.`)
      const job = withoutJobs === true ? scheduleOfProcess(scheduleDefinitions, run.process) : undefined
      if (job) throw new TerminalError(operationsErrors.COHORT_WITHOUT_JOBS, `It is a run of ${job.name}.`)
      if (run.dueAt === null && (run.version !== ended.version || run.updatedAt > asOf)) throw new TerminalError(engineErrors.RUN_CHANGED)
      const write = async (tx: Transaction) => {
        if (!(await cohorts.markReplayed(tx, { cohortUuid, runUuid, at: clock.now() }))) throw new ItemSettled()
      }
      const cohort = { uuid: cohortUuid, priority: lane(run), write }
      await replayRun({ process, run, lastState: ended.state, fromState, input: null, actor, reason, cohort }, ports)
      return 'replayed'
    } catch (error) {
      if (error instanceof ItemSettled) return 'settled'
      if (error instanceof LedgerUnavailableError) throw error
      if (error instanceof CodedError) return { runUuid, errorCode: error.errorCode.code, detail: error.message }
      const { code, sentence } = engineErrors.UNEXPECTED_ERROR
      const name = error instanceof Error ? error.name : typeof error
      notify({ kind: 'unexpected', run: { uuid: runUuid, version: run?.version ?? 0 }, message: `It could not be replayed: ${name}.` })
      return { runUuid, errorCode: code, detail: sentence }
    }
  }
}

type Lane = (run: Run) => number

/** A few go on where they were; many wait behind everybody who asked for one thing, each school in its turn. */
function createLane({ count }: ReplayCohortInput): Lane {
  const ahead = new Map<string | null, number>()
  return ({ priority, scopeId }) => {
    if (count <= MOST_IN_OWN_LANE) return priority
    const before = ahead.get(scopeId) ?? 0
    ahead.set(scopeId, before + 1)
    return Math.max(priority, priorityOf({ lane: 'bulk', ahead: before }))
  }
}
