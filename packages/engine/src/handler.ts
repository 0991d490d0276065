// A handler works one state: it does one thing to the outside world and answers with an outcome that its row lists. It never names a queue.
import type { InputOf, OutcomeOf, ReceivedOf, ResultOf, StateOf, StatesOfWorker } from './define-process.ts'
import type { JsonObject } from './json.ts'
import type { Transaction } from './ledger.ts'
import type { ProcessDefinition } from './process-table.ts'
import type { EpochMs, WorkerName } from './run.ts'

/** What a handler is given. */
export interface Work<P extends ProcessDefinition, _S extends StateOf<P>> {
  readonly uuid: string
  /** Of the run: it changes with every change of state, and with nothing else. */
  readonly version: number
  readonly groupUuid: string
  readonly input: InputOf<P>
  /** What earlier states brought; a state that has not succeeded yet is missing. */
  readonly result: ResultOf<P>
  readonly pollingUuid: string | null
  /** Lane and step of the run, for the runs that it starts. */
  readonly priority: number
  /** Whether it came among many: nobody waits for it just now, so calls outside may wait for company. */
  readonly bulk: boolean
  /** Failed tries in this state before this one. */
  readonly attempt: number
  /** False once this state of the run may have been worked before, in a replayed run too: an earlier try may have left its mark outside. */
  readonly isFirstTry: boolean
  readonly stateSince: EpochMs
  readonly now: EpochMs
  /** Fires when the job's lock is lost, the state's timeout has passed, or the worker stops. What is written outside after that may be done twice. */
  readonly signal: AbortSignal
}

/** A run that an answer starts: inserted in the same transaction, unless a live one of its key exists. */
export interface RunToStart {
  readonly process: ProcessDefinition
  readonly input: JsonObject
  /** Where the handler notes it elsewhere. @defaultValue a new one */
  readonly uuid?: string
  /** @defaultValue that of the run that starts it */
  readonly priority?: number
}

interface AnswerBase<Outcome extends string> {
  readonly outcome: Outcome
  /** What was sent outside. Kept in the history, redacted. */
  readonly submitted?: JsonObject
  /** The handle of a request that the outside system works on by itself. */
  readonly pollingUuid?: string
  /** The handler's own writes, in the transaction that changes the run's state. Called only while the run's version stands. */
  readonly write?: (tx: Transaction) => Promise<void>
  readonly start?: readonly RunToStart[]
}

type WithReceived<Received> = Received extends undefined ? { readonly received?: undefined } : { readonly received: Received }

/** *Not yet* is not a failure: it spends no attempt and makes no noise. Only rows with a poll policy may answer it. */
export interface NotYet {
  readonly notYet: true
  /** Overrides the policy's next look, in milliseconds. */
  readonly afterMs?: number
  /**
   * Called in the transaction that gives the state up, should its time be over with this look: whoever finds there what the look had missed throws
   * CameAfterAllError, and the state is looked at again instead.
   */
  readonly beforeGivingUp?: (tx: Transaction) => Promise<void>
}

export type AnswerOf<P extends ProcessDefinition, S extends StateOf<P>> =
  | (AnswerBase<OutcomeOf<P, S>> & WithReceived<ReceivedOf<P, S>>)
  | (P['states'][S] extends { readonly poll: object } ? NotYet : never)

export type HandlerOf<P extends ProcessDefinition, S extends StateOf<P>> = (work: Work<P, S>) => Promise<AnswerOf<P, S>>

/** Exactly the states that one worker works: one missing or one too many is a compile error. */
export type HandlersOf<P extends ProcessDefinition, W extends WorkerName> = {
  readonly [S in StatesOfWorker<P, W>]: HandlerOf<P, S>
}

/** An answer whose types were forgotten. */
export interface AnyAnswer extends AnswerBase<string> {
  readonly received?: JsonObject | undefined
}

export interface AnyWork extends Omit<Work<ProcessDefinition, string>, 'input' | 'result'> {
  readonly input: JsonObject
  readonly result: JsonObject
}

export type AnyHandler = (work: AnyWork) => Promise<AnyAnswer | NotYet>

/** The states of one process that one worker works, with their handlers. */
export interface StateHandlers {
  readonly process: ProcessDefinition
  readonly worker: WorkerName
  readonly handlers: Readonly<Record<string, AnyHandler>>
}

export function defineHandlers<P extends ProcessDefinition, W extends WorkerName>(
  process: P,
  worker: W,
  handlers: HandlersOf<P, W>,
): StateHandlers {
  return { process, worker, handlers: forgetTypes(handlers) }
}

/** Guaranteed by `HandlersOf`: each handler meets only runs of its own process and state, whose input and result have the types it names. */
function forgetTypes(handlers: object): Record<string, AnyHandler> {
  return handlers as Record<string, AnyHandler>
}

/** What the answer rests on is not so any more: what was looked for in vain has come, or what was asked for was taken back. The state is worked again. */
export class CameAfterAllError extends Error {
  override readonly name = 'CameAfterAllError'
}

export const notYet: NotYet = { notYet: true }

/** Not yet, and the next look no sooner than after this many milliseconds. */
export function notYetFor(afterMs: number): NotYet {
  return { notYet: true, afterMs }
}
