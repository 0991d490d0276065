// The engine's judgement: (table, run, what happened, now) → what becomes of the run. Pure: no clock, no dice, no I/O of its own.
// Whatever it decides is carried out by `work-job.ts`, which has no rules.

import { type ErrorCode, engineErrors } from './errors.ts'
import type { AnyAnswer, RunToStart } from './handler.ts'
import { clip, createEvent, withReceived } from './history.ts'
import type { Transaction, Transition } from './ledger.ts'
import { DEFAULT_RETRY, nextLookMs, retryDelayMs } from './policy.ts'
import { entryDelayMs, isEnding, type ProcessDefinition, rowOf, type StateRow } from './process-table.ts'
import type { Completion, EpochMs, EventStatus, Run, RunEvent, RunStatus } from './run.ts'

/** More changes of state than this, and the run goes in circles. */
export const MAX_VERSIONS = 1_000
/** How long a run stands back after an error that everybody has, before its resource is closed. */
const SYSTEMIC_PAUSE_MS = 30_000

export interface WorkError {
  readonly errorCode: ErrorCode
  /** The registry's sentence with its safe details. */
  readonly message: string
  /** For `throttled`: how long we were asked to wait. */
  readonly afterMs?: number
}

export type WorkResult =
  | { readonly kind: 'answer'; readonly answer: AnyAnswer }
  | { readonly kind: 'notYet'; readonly afterMs: number | null }
  | { readonly kind: 'error'; readonly error: WorkError }
  /** The run was marked for cancelling before this try began. */
  | { readonly kind: 'cancelled' }

export interface DecideInput {
  readonly process: ProcessDefinition
  readonly run: Run
  readonly happened: WorkResult
  /** How often this version was looked at before, as far as the queue remembers. */
  readonly looks: number
  readonly durationMs: number
  readonly now: EpochMs
  /** In [0, 1). */
  readonly random: number
  readonly newId: () => string
}

export type Decision =
  /** Change the state; then enqueue `next`, unless the run has ended. `failure`: the job shall end red. */
  | {
      readonly kind: 'advance'
      readonly transition: Transition
      readonly write: ((tx: Transaction) => Promise<void>) | null
      readonly start: readonly RunToStart[]
      readonly next: { readonly state: string; readonly delayMs: number } | null
      readonly failure: WorkError | null
    }
  /** Count a failed try in the ledger, then let the same job wait. */
  | { readonly kind: 'retry'; readonly transition: Transition; readonly delayMs: number }
  /** Let the same job wait; nothing is counted. `event` is appended once per error code. */
  | { readonly kind: 'wait'; readonly delayMs: number; readonly event: RunEvent | null }

export function decide(input: DecideInput): Decision {
  const { happened, process, run } = input
  if (happened.kind === 'cancelled')
    return advance(input, { to: cancelTarget(process, run), status: 'note', operation: 'CANCELLED_ON_REQUEST' })
  if (run.version >= MAX_VERSIONS && !(happened.kind === 'answer' && isEnding(targetOf(input, happened.answer)))) {
    return fail(input, errorOf(engineErrors.TOO_MANY_VERSIONS))
  }
  if (happened.kind === 'answer') return advanceWith(input, happened.answer)
  if (happened.kind === 'notYet') return lookAgain(input, happened.afterMs)
  return afterError(input, happened.error)
}

function afterError(input: DecideInput, error: WorkError): Decision {
  const row = rowOf(input.process, input.run.state)
  switch (error.errorCode.kind) {
    case 'terminal':
      return giveUp(input, error)
    case 'throttled':
      return waitRecording(input, error, error.afterMs ?? SYSTEMIC_PAUSE_MS)
    case 'systemic':
      return waitRecording(input, error, SYSTEMIC_PAUSE_MS * (1 + input.random))
    case 'transient':
      return row.poll && row.retry === undefined ? lookAgainAfterError(input, error) : retry(input, error)
  }
}

function advanceWith(input: DecideInput, answer: AnyAnswer): Decision {
  const { process, run } = input
  const row = rowOf(process, run.state)
  const to = targetOf(input, answer)
  const decision = advance(input, {
    to,
    status: 'success',
    operation: row.operation ?? run.state,
    answer,
    completion: row.partial?.includes(answer.outcome) ? 'partial' : 'full',
  })
  return { ...decision, write: answer.write ?? null, start: answer.start ?? [] }
}

function targetOf({ process, run }: DecideInput, answer: AnyAnswer): string {
  const to = rowOf(process, run.state).next[answer.outcome]
  if (to === undefined)
    throw new Error(`The handler of ${process.name}.${run.state} answered "${answer.outcome}", which its row does not list.`)
  return to
}

function retry(input: DecideInput, error: WorkError): Decision {
  const { now, run } = input
  const row = rowOf(input.process, run.state)
  const failedTries = run.attempt + 1
  const delayMs = retryDelayMs(row.retry ?? DEFAULT_RETRY, failedTries, input.random)
  if (delayMs === null) return giveUp(input, error)
  const transition: Transition = {
    ...unchanged(run),
    expectedAttempt: run.attempt,
    status: run.status === 'new' ? statusIn(row) : run.status,
    attempt: failedTries,
    dueAt: now + delayMs,
    lastOperationStatus: 'failed',
    errorCode: error.errorCode.code,
    errorMessage: clip(error.message),
    updatedAt: now,
    events: [eventOf(input, { status: 'failed', error })],
  }
  return { kind: 'retry', transition, delayMs }
}

function giveUp(input: DecideInput, error: WorkError): Decision {
  const { givenUp } = rowOf(input.process, input.run.state)
  return givenUp === undefined ? fail(input, error) : advance(input, { to: givenUp, status: 'failed', error, completion: 'partial' })
}

function fail(input: DecideInput, error: WorkError): Decision {
  return advance(input, { to: 'FAILED', status: 'failed', error })
}

function lookAgain(input: DecideInput, afterMs: number | null): Decision {
  const planned = nextLook(input)
  if (planned === null) return giveUp(input, errorOf(engineErrors.NOT_YET_FOR_TOO_LONG))
  return { kind: 'wait', delayMs: afterMs ?? planned, event: null }
}

function lookAgainAfterError(input: DecideInput, error: WorkError): Decision {
  const planned = nextLook(input)
  if (planned === null) return giveUp(input, error)
  return waitRecording(input, error, planned)
}

function nextLook({ now, process, run }: DecideInput): number | null {
  const { poll } = rowOf(process, run.state)
  return poll ? nextLookMs(poll, now - run.stateSince) : null
}

function waitRecording(input: DecideInput, error: WorkError, delayMs: number): Decision {
  return { kind: 'wait', delayMs, event: eventOf(input, { status: 'failed', error }) }
}

interface Move {
  readonly to: string
  readonly status: EventStatus
  readonly operation?: string
  readonly answer?: AnyAnswer
  readonly error?: WorkError
  readonly completion?: Completion
}

function advance(input: DecideInput, move: Move): Extract<Decision, { kind: 'advance' }> {
  const { now, process, run } = input
  const ended = isEnding(move.to)
  const target = ended ? null : rowOf(process, move.to)
  const delayMs = target ? entryDelayMs(target) : 0
  const event = eventOf(input, move)
  const transition: Transition = {
    ...unchanged(run),
    state: move.to,
    status: target ? statusIn(target) : endingStatus(move.to),
    completion: move.to === 'COMPLETED' ? (move.completion ?? 'full') : null,
    version: run.version + 1,
    attempt: 0,
    dueAt: ended ? null : now + delayMs,
    result: move.status === 'success' ? withReceived(run.result, event) : run.result,
    pollingUuid: move.answer?.pollingUuid ?? run.pollingUuid,
    lastOperationStatus: move.status === 'note' ? run.lastOperationStatus : move.status === 'success' ? 'success' : 'failed',
    ...errorColumns(run, move),
    liveKey: ended ? run.uuid : run.liveKey,
    // A state that leads to itself saves a cursor; its deadlines count from the first entry.
    stateSince: move.to === run.state ? run.stateSince : now,
    updatedAt: now,
    events: [...summaryOfLooks(input), event],
  }
  return {
    kind: 'advance',
    transition,
    write: null,
    start: [],
    next: ended ? null : { state: move.to, delayMs },
    failure: move.to === 'FAILED' ? (move.error ?? null) : null,
  }
}

/** A fault that was retried is forgotten once the state succeeds; the reason why an earlier state was given up stays. */
function errorColumns(run: Run, move: Move): Pick<Transition, 'errorCode' | 'errorMessage'> {
  if (move.error) return { errorCode: move.error.errorCode.code, errorMessage: clip(move.error.message) }
  if (move.status === 'success' && run.attempt > 0) return { errorCode: null, errorMessage: null }
  return { errorCode: run.errorCode, errorMessage: run.errorMessage }
}

/** One row stands for all the looks that found nothing. */
function summaryOfLooks(input: DecideInput): RunEvent[] {
  const { poll } = rowOf(input.process, input.run.state)
  // In a state that also works, the queue cannot tell a look from a retry.
  if (!poll || input.looks === 0 || input.run.attempt > 0) return []
  return [eventOf(input, { status: 'not_yet', count: input.looks })]
}

function eventOf(
  input: DecideInput,
  said: Pick<Move, 'status' | 'operation' | 'answer' | 'error'> & { readonly count?: number },
): RunEvent {
  const { now, process, run } = input
  return createEvent({
    id: input.newId(),
    at: now,
    run,
    operationType: said.operation ?? rowOf(process, run.state).operation ?? run.state,
    status: said.status,
    submitted: said.answer?.submitted ?? null,
    received: said.answer?.received ?? null,
    error: said.error ?? null,
    durationMs: said.count === undefined ? input.durationMs : null,
    count: said.count ?? null,
  })
}

function unchanged(run: Run): Omit<Transition, 'events'> {
  const { uuid, state, status, completion, version, attempt, dueAt, result, pollingUuid, lastOperationStatus } = run
  const { errorCode, errorMessage, liveKey, stateSince, updatedAt } = run
  return {
    uuid,
    expectedVersion: version,
    expectedAttempt: null,
    state,
    status,
    completion,
    version,
    attempt,
    dueAt,
    result,
    pollingUuid,
    lastOperationStatus,
    errorCode,
    errorMessage,
    liveKey,
    stateSince,
    updatedAt,
  }
}

function cancelTarget(process: ProcessDefinition, run: Run): string {
  return rowOf(process, run.state).cancelled ?? 'CANCELLED'
}

/** The status of a run that stands in this state. */
export function statusIn(row: StateRow): RunStatus {
  return row.worker === 'poll' ? 'polling' : 'in_progress'
}

function endingStatus(ending: string): RunStatus {
  if (ending === 'COMPLETED') return 'completed'
  return ending === 'CANCELLED' ? 'cancelled' : 'failed'
}

function errorOf(errorCode: ErrorCode): WorkError {
  return { errorCode, message: errorCode.sentence }
}
