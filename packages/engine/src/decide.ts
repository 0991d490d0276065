// The engine's judgement: (table, run, what happened, now) → what becomes of the run. Pure: no clock, no dice, no I/O of its own.
// Whatever it decides is carried out by `work-job.ts`, which has no rules.
import { type ErrorCode, engineErrors } from './errors.ts'
import type { AnyAnswer, RunToStart } from './handler.ts'
import { clip, createEvent, withReceived } from './history.ts'
import type { Transaction, Transition } from './ledger.ts'
import { askedLookMs, DEFAULT_RETRY, nextLookMs, retryDelayMs } from './policy.ts'
import { entryDelayMs, isEnding, looksOf, type ProcessDefinition, rowOf, type StateRow, stateToday } from './process-table.ts'
import type { Completion, EpochMs, EventStatus, Run, RunEvent } from './run.ts'
import { endingStatus, statusIn, unchanged } from './transition.ts'
import type { WorkError, WorkResult } from './work-result.ts'

/** More changes of state than this, and the run goes in circles. */
export const MAX_VERSIONS = 1_000
/** How long a run stands back after an error that is not its own, unless it was told how long. */
const STAND_BACK_MS = 30_000
/**
 * After one that is everybody's: at first the gate may close, and then holds the run back itself; where others get through all the same, a run
 * that has met it for long comes back ever more seldom, since each try takes tokens from them.
 */
const SYSTEMIC_STAND_BACK = { firstMs: 10_000, shareOfElapsed: 0.25, maxMs: 300_000 } as const
/** "Retry-After: 0" would be asked again without a pause and, since no attempt is spent, without end. */
const SHORTEST_PAUSE_MS = 1_000

export interface DecideInput {
  readonly process: ProcessDefinition
  readonly run: Run
  readonly happened: WorkResult
  /** How many looks found nothing in this version so far, as far as the queue remembers. */
  readonly looks: number
  readonly durationMs: number
  /** Whether the try was let through as a probe while the state's resource was closed. */
  readonly resourceClosed: boolean
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
  /** Let the same job wait; no attempt is spent. `look`: it was a look that found nothing. `event` is appended once per error code. */
  | { readonly kind: 'wait'; readonly delayMs: number; readonly look: boolean; readonly event: RunEvent | null }

export function decide(input: DecideInput): Decision {
  const { happened, process, run } = input
  switch (happened.kind) {
    case 'cancelled':
      return advance(input, { to: cancelTarget(process, run), status: 'note', operation: 'CANCELLED_ON_REQUEST' })
    case 'interrupted':
      return { kind: 'wait', delayMs: 0, look: false, event: null }
    case 'answer':
      return advanceWith(input, happened.answer)
    case 'notYet':
      return lookAgain(input, happened)
    case 'error':
      return afterError(input, happened.error)
  }
}

function afterError(input: DecideInput, error: WorkError): Decision {
  const row = rowOf(input.process, input.run.state)
  switch (error.errorCode.kind) {
    case 'terminal':
      return giveUp(input, error)
    case 'throttled':
      // A resource gives its runs the time back; without one, a run that looks waits no longer than it may.
      return row.resource === undefined && looksOf(row)
        ? lookAgainAfterError(input, error, pauseMs(error))
        : waitRecording(input, error, pauseMs(error))
    case 'systemic':
      if (row.resource !== undefined) return waitRecording(input, error, systemicPauseMs(input))
      // Without a resource there is no line to stop, and nobody is told but by the run's own row.
      return takesErrorsForLooks(row) && isOnRecord(input.run, error) ? lookAgainAfterError(input, error, null) : retry(input, error)
    case 'transient':
      // What a probe meets says something about the resource, not about the run.
      if (input.resourceClosed) return waitRecording(input, error, STAND_BACK_MS)
      return takesErrorsForLooks(row) && !isDeath(error) ? lookAgainAfterError(input, error, null) : retry(input, error)
  }
}

/** In a polling state an error is not yet, unless its row says how often it may be met. */
function takesErrorsForLooks(row: StateRow): boolean {
  return looksOf(row) !== undefined && row.retry === undefined
}

function isOnRecord({ attempt, errorCode }: Run, error: WorkError): boolean {
  return attempt > 0 && errorCode === error.errorCode.code
}

function systemicPauseMs({ now, random, run }: DecideInput): number {
  const { firstMs, maxMs, shareOfElapsed } = SYSTEMIC_STAND_BACK
  return Math.min(maxMs, Math.max(firstMs, (now - run.stateSince) * shareOfElapsed)) * (1 + random)
}

function pauseMs({ afterMs }: WorkError): number {
  return afterMs !== undefined && Number.isFinite(afterMs) ? Math.max(SHORTEST_PAUSE_MS, afterMs) : STAND_BACK_MS
}

/** A run that kills its workers must be stopped in a polling state too, where other errors spend no attempt. */
function isDeath({ errorCode }: WorkError): boolean {
  return errorCode.code === engineErrors.WORKER_DIED.code
}

function advanceWith(input: DecideInput, answer: AnyAnswer): Decision {
  const { process, run } = input
  const row = rowOf(process, run.state)
  const to = targetOf(input, answer)
  if (goesInCircles(run, to)) return fail(input, errorOf(engineErrors.TOO_MANY_VERSIONS), answer)
  const decision = advance(input, {
    to,
    status: 'success',
    operation: row.operation ?? run.state,
    answer,
    completion: row.partial?.includes(answer.outcome) ? 'partial' : 'full',
  })
  return { ...decision, write: answer.write ?? null, start: answer.start ?? [] }
}

function goesInCircles(run: Run, to: string): boolean {
  return run.version >= MAX_VERSIONS && !isEnding(to)
}

function targetOf({ process, run }: DecideInput, answer: AnyAnswer): string {
  const { next } = rowOf(process, run.state)
  const to = Object.hasOwn(next, answer.outcome) ? next[answer.outcome] : undefined
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
    events: [eventOf(input, failedTry(input, error))],
  }
  return { kind: 'retry', transition, delayMs }
}

function giveUp(input: DecideInput, error: WorkError): Extract<Decision, { kind: 'advance' }> {
  const { process, run } = input
  const { givenUp } = rowOf(process, run.state)
  if (givenUp === undefined) return fail(input, error)
  if (goesInCircles(run, givenUp)) return fail(input, errorOf(engineErrors.TOO_MANY_VERSIONS))
  return advance(input, { to: givenUp, ...failedTry(input, error), completion: 'partial' })
}

function fail(input: DecideInput, error: WorkError, answer?: AnyAnswer): Extract<Decision, { kind: 'advance' }> {
  return advance(input, { to: 'FAILED', ...failedTry(input, error), ...(answer && { answer }) })
}

/** What the handler had done outside before its answer was refused stays on record. */
function failedTry({ happened }: DecideInput, error: WorkError): Pick<Move, 'status' | 'error' | 'answer'> {
  return { status: 'failed', error, ...(happened.kind === 'error' && happened.answer && { answer: happened.answer }) }
}

function lookAgain(input: DecideInput, { afterMs, beforeGivingUp }: Extract<WorkResult, { kind: 'notYet' }>): Decision {
  const planned = nextLook(input, afterMs)
  if (planned !== null) return { kind: 'wait', delayMs: planned, look: true, event: null }
  // The time that the resource is closed is given back when it reopens; until then the run cannot have waited for too long.
  if (input.resourceClosed) return { kind: 'wait', delayMs: STAND_BACK_MS, look: true, event: null }
  const { NOT_YET_FOR_TOO_LONG, SIGNAL_DEADLINE_PASSED } = engineErrors
  const { signal } = rowOf(input.process, input.run.state)
  return { ...giveUp(input, errorOf(signal ? SIGNAL_DEADLINE_PASSED : NOT_YET_FOR_TOO_LONG)), write: beforeGivingUp ?? null }
}

function lookAgainAfterError(input: DecideInput, error: WorkError, askedMs: number | null): Decision {
  const planned = nextLook(input, askedMs)
  // A look that failed has not shown that no signal came, so the deadline alone does not count; tries without end are none either.
  if (planned === null) return rowOf(input.process, input.run.state).signal ? retry(input, error) : giveUp(input, error)
  return { ...waitRecording(input, error, planned), look: true }
}

function nextLook({ now, process, run }: DecideInput, askedMs: number | null): number | null {
  const poll = looksOf(rowOf(process, run.state))
  if (!poll) return null
  const elapsedMs = now - run.stateSince
  return askedMs === null ? nextLookMs(poll, elapsedMs) : askedLookMs(poll, elapsedMs, askedMs)
}

function waitRecording(input: DecideInput, error: WorkError, delayMs: number): Extract<Decision, { kind: 'wait' }> {
  return { kind: 'wait', delayMs, look: false, event: eventOf(input, failedTry(input, error)) }
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
  // Ids sort in the order of writing: the looks came first.
  const looks = summaryOfLooks(input)
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
    stateSince: move.to === stateToday(process, run.state) ? run.stateSince : now,
    updatedAt: now,
    events: [...looks, event],
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
  return input.looks === 0 ? [] : [eventOf(input, { status: 'not_yet', count: input.looks })]
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

function cancelTarget(process: ProcessDefinition, run: Run): string {
  return rowOf(process, run.state).cancelled ?? 'CANCELLED'
}

function errorOf(errorCode: ErrorCode): WorkError {
  return { errorCode, message: errorCode.sentence }
}
