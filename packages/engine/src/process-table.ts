// A process table as the engine's machinery reads it, its literal types forgotten. `define-process.ts` makes tables and checks their words.
import type { z } from 'zod'
import type { Duration } from './duration.ts'
import type { JsonObject } from './json.ts'
import { firstLookMs, type PollPolicy, type RetryPolicy, signalLooks } from './policy.ts'
import { ENDINGS, type Ending, type WorkerName } from './run.ts'

/** What a state waits for: a word that a person, or another system, sends to the run. */
export interface SignalWait {
  /** What it is called by whoever sends it, e.g. `approval`. Several rows may wait for the same one, unless it may come early. */
  readonly name: string
  /** How long the run waits for it, from the entry into the state. */
  readonly deadline: Duration
  /**
   * Whether it may be sent before the run stands here: it is kept until then, and several are taken in the order in which they came. Otherwise it
   * is for the stay during which it was sent, and for no later one. @defaultValue false
   */
  readonly early?: boolean
}

/** One state: who works it, how patiently, and where each answer leads. */
export interface StateRow<Target extends string = string, Outcome extends string = string, Input = never> {
  /** The worker app that works it. */
  readonly worker: WorkerName
  /** What the history calls the operation. @defaultValue the state's name */
  readonly operation?: string
  /** The outside system that it needs, with one budget and one switch for the whole fleet. */
  readonly resource?: string
  /** How many writes to the resource one try makes at most. @defaultValue 1, and 0 for the worker `poll` */
  readonly tokens?: number | ((input: Input) => number)
  /** What follows an error that is none of the error words. @defaultValue a row with `poll` looks again; any other follows DEFAULT_RETRY */
  readonly retry?: RetryPolicy
  /** Its presence allows the answer *not yet*. */
  readonly poll?: PollPolicy
  /**
   * Its presence makes the run wait for a signal here, with the status `waiting`. The engine works such a row itself, with looks of its own: it has
   * no handler, no `poll`, `retry`, `resource` or `timeout`. The signal's outcome is one of `next`, and its payload what `received` says. Once
   * the deadline has passed the state is given up with SIGNAL_DEADLINE_PASSED.
   */
  readonly signal?: SignalWait
  /** How long one try may take. @defaultValue 60s */
  readonly timeout?: Duration
  /**
   * What its answers bring: kept in the history and, from then on, in the run's result. A field whose name sounds secret is redacted there,
   * so a cursor must not be called `nextToken`.
   */
  readonly received?: z.ZodType<JsonObject>
  /** Where each outcome leads. */
  readonly next: Readonly<Record<string, Target>>
  /** The outcomes that lead to COMPLETED without everything that was asked. */
  readonly partial?: readonly Outcome[]
  /** Where the run goes when the state has failed for good. @defaultValue FAILED */
  readonly givenUp?: Target
  /** Where it goes when it is cancelled here. @defaultValue CANCELLED */
  readonly cancelled?: Target
  /** Whether an operator may replay a failed run from here, although it failed further on. */
  readonly replayable?: boolean
}

/** What a run is about, read from its input: the columns that it is found by. */
export interface About {
  readonly type: string
  /** Of the person, organisation or thing. Makes the natural key: at most one live run per process and subject. */
  readonly subjectId: string
  readonly subjectName: string | null
  readonly scopeId: string | null
}

/** A process whose types were forgotten, as the engine's machinery sees it. */
export interface ProcessDefinition {
  readonly name: string
  readonly input: z.ZodType<JsonObject>
  readonly start: string
  readonly states: Readonly<Record<string, StateRow>>
  readonly about: (input: never) => About
  readonly renamed?: Readonly<Record<string, string>> | undefined
  /**
   * Whether a replay may correct the input. `false` where it decides what others have ruled, e.g. what a signed message said or within which limits
   * a job may act: a replay then does what was asked before, and nothing else. @defaultValue true
   */
  readonly correctable?: boolean | undefined
}

export function isEnding(state: string): state is Ending {
  return ENDINGS.some((ending) => ending === state)
}

/** @throws Error where the process has no such state: the caller holds a run of another release */
export function rowOf(process: ProcessDefinition, state: string): StateRow {
  const today = stateToday(process, state)
  const row = today === null ? undefined : process.states[today]
  if (!row) throw new Error(`Process ${process.name} has no state ${state}.`)
  return row
}

/** What a state is called in this release; null where the process has no such state. */
export function stateToday(process: ProcessDefinition, state: string): string | null {
  const today = process.renamed?.[state] ?? state
  return Object.hasOwn(process.states, today) ? today : null
}

/** A state's name in this release, then those that it had before. */
export function namesOf(process: ProcessDefinition, state: string): readonly string[] {
  const earlier = Object.entries(process.renamed ?? {}).filter(([, today]) => today === state)
  return [state, ...earlier.map(([name]) => name)]
}

export function targetsOf(row: StateRow): (string | undefined)[] {
  return [...Object.values(row.next), row.givenUp, row.cancelled]
}

/** Where a run can get without being cancelled. */
export function forwardTargetsOf(row: StateRow): (string | undefined)[] {
  return [...Object.values(row.next), row.givenUp]
}

/** The states, without the endings, that a run can reach by these targets. */
export function reachableFrom(
  process: ProcessDefinition,
  from: readonly (string | undefined)[],
  targets: (row: StateRow) => readonly (string | undefined)[],
): ReadonlySet<string> {
  const reached = new Set<string>()
  const open = [...from]
  while (open.length > 0) {
    const state = open.pop()
    if (state === undefined || reached.has(state) || isEnding(state)) continue
    reached.add(state)
    open.push(...targets(rowOf(process, state)))
  }
  return reached
}

/**
 * Whether a state exists only to undo what a cancelled run had done: reached through some row's `cancelled`, and in no other way. A request
 * to cancel is honoured once, so these states are worked to their end.
 */
export function servesCancelling(process: ProcessDefinition, state: string): boolean {
  const forward = reachableFrom(process, [process.start], forwardTargetsOf)
  return !forward.has(stateToday(process, state) ?? state)
}

/** The natural key that at most one live run holds. */
export function liveKeyOf(process: { readonly name: string }, about: Pick<About, 'subjectId'>): string {
  return `${process.name}:${about.subjectId}`
}

/** What the process says its run is about. The input was validated by the same process's schema when the run started. */
export function aboutRun(process: ProcessDefinition, input: JsonObject): About {
  return process.about(input as never)
}

/** When the state looks again after a look that found nothing; undefined where it cannot. */
export function looksOf({ poll, signal }: StateRow): PollPolicy | undefined {
  return signal ? signalLooks(signal.deadline) : poll
}

/**
 * How long a run waits on entering a state: a polling state, or a ladder of later tries, begins with its first pause. One that waits for a signal
 * looks at once: it may have been sent before there was a job to wake.
 */
export function entryDelayMs({ poll, worker }: StateRow): number {
  return poll && (worker === 'poll' || 'pauses' in poll) ? firstLookMs(poll) : 0
}

/** How many tokens one try takes from the state's resource. */
export function tokensOf(row: StateRow, input: JsonObject): number {
  if (typeof row.tokens === 'function') return row.tokens(input as never)
  return row.tokens ?? (row.worker === 'poll' ? 0 : 1)
}
