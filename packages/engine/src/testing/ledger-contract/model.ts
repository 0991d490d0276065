// What a ledger should hold, kept as simply as can be: the judge of `random.ts`. It knows the rules of the port and nothing of SQL.
import { withReceived } from '../../history.ts'
import type { JsonObject } from '../../json.ts'
import type { Transition } from '../../ledger.ts'
import type { Completion, NewRun, Run, RunEvent } from '../../run.ts'
import { eventOf, newRun, T0 } from './builders.ts'

export interface ModelRun {
  readonly uuid: string
  readonly groupUuid: string
  readonly naturalKey: string
  readonly state: string
  readonly status: Run['status']
  readonly completion: Completion | null
  readonly version: number
  readonly attempt: number
  readonly dueAt: number | null
  readonly result: JsonObject
  readonly liveKey: string
  readonly cancelRequestedAt: number | null
  readonly updatedAt: number
}

export interface Model {
  /** Moves on with every command. */
  at: number
  /** What keeps the keys of one sequence apart from those of all others in the same ledger. */
  readonly name: string
  readonly runs: Map<string, ModelRun>
  readonly histories: Map<string, RunEvent[]>
  readonly requests: Map<string, { readonly body: string; readonly groupUuid: string; readonly items: readonly JsonObject[] }>
}

let sequences = 0

export function newModel(): Model {
  sequences += 1
  return { at: T0, name: `sequence-${sequences}`, runs: new Map(), histories: new Map(), requests: new Map() }
}

export function holderOf({ runs }: Model, liveKey: string): ModelRun | undefined {
  return [...runs.values()].find((run) => run.liveKey === liveKey)
}

/** Who stands in the way of a replay: whoever lives under the key, or did its work after the run had ended. */
export function takerOf({ runs }: Model, run: ModelRun): ModelRun | undefined {
  return [...runs.values()].find(
    (one) =>
      one.uuid !== run.uuid &&
      one.naturalKey === run.naturalKey &&
      (one.dueAt !== null || (one.status === 'completed' && one.updatedAt >= run.updatedAt)),
  )
}

export function newRunOf(model: Model, key: number): NewRun {
  const liveKey = `${model.name}|${key}`
  return newRun({ liveKey, subjectId: liveKey, scopeId: liveKey, createdAt: model.at, dueAt: model.at })
}

export function insertInto(model: Model, run: NewRun): ModelRun {
  const inserted: ModelRun = {
    uuid: run.uuid,
    groupUuid: run.groupUuid,
    naturalKey: run.liveKey,
    state: run.state,
    status: 'new',
    completion: null,
    version: 1,
    attempt: 0,
    dueAt: run.dueAt,
    result: {},
    liveKey: run.liveKey,
    cancelRequestedAt: null,
    updatedAt: run.createdAt,
  }
  model.runs.set(run.uuid, inserted)
  return inserted
}

export const MOVES = ['advance', 'retry', 'fail', 'complete'] as const
export type Move = (typeof MOVES)[number]

/** What `decide` might have made of the run as it stands, or stood one version earlier. */
export function transitionOf(model: Model, { run, move, isLate }: { run: ModelRun; move: Move; isLate: boolean }): Transition {
  const ends = move === 'fail' || move === 'complete'
  const version = isLate ? run.version - 1 : run.version
  const status = move === 'retry' || move === 'fail' ? 'failed' : 'success'
  const receivedData = { at: model.at, text: 'Щ "quoted" \\ 😀', list: [null, 1.5, { deep: true }] }
  const event = eventOf(run, { state: run.state, version, attempt: run.attempt, createdAt: model.at, status, receivedData })
  return {
    uuid: run.uuid,
    expectedVersion: version,
    expectedAttempt: move === 'retry' ? run.attempt : null,
    state: { advance: `STATE_${(version % 3) + 1}`, retry: run.state, fail: 'FAILED', complete: 'COMPLETED' }[move],
    status: ({ advance: 'in_progress', retry: 'in_progress', fail: 'failed', complete: 'completed' } as const)[move],
    completion: move === 'complete' ? 'full' : null,
    version: move === 'retry' ? version : version + 1,
    attempt: move === 'retry' ? run.attempt + 1 : 0,
    dueAt: ends ? null : model.at + 1_000,
    result: status === 'success' ? withReceived(run.result, event) : run.result,
    pollingUuid: null,
    lastOperationStatus: status,
    errorCode: status === 'failed' ? 'X_FAILED' : null,
    errorMessage: status === 'failed' ? 'X.' : null,
    liveKey: ends ? run.uuid : run.liveKey,
    stateSince: model.at,
    updatedAt: model.at,
    events: [event],
  }
}

/** Whether it applies; if so, the model is as it should be afterwards. */
export function applyTo(model: Model, transition: Transition): boolean {
  const run = model.runs.get(transition.uuid)
  if (run?.version !== transition.expectedVersion) return false
  if (transition.expectedAttempt !== null && run.attempt !== transition.expectedAttempt) return false
  const { state, status, completion, version, attempt, dueAt, result, liveKey, updatedAt } = transition
  model.runs.set(run.uuid, { ...run, state, status, completion, version, attempt, dueAt, result, liveKey, updatedAt })
  appendTo(model, ...transition.events)
  return true
}

export function appendTo({ histories }: Model, ...events: readonly RunEvent[]): void {
  for (const event of events) histories.set(event.runUuid, [...(histories.get(event.runUuid) ?? []), event])
}

/** The columns of a run that the model foretells. */
export function foretold({ naturalKey, ...run }: ModelRun): Partial<Run> {
  return run
}
