// A process is one literal table. Every property the engine or a reader needs stands in it; the compiler checks that its words fit together.
import type { z } from 'zod'
import type { Duration } from './duration.ts'
import type { Json, JsonObject } from './json.ts'
import { firstLookMs, type PollPolicy, type RetryPolicy } from './policy.ts'
import { ENDINGS, type Ending, type WorkerName } from './run.ts'

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
  /** How long one try may take. @defaultValue 60s */
  readonly timeout?: Duration
  /** What its answers bring: kept in the history and, from then on, in the run's result. */
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

type OutcomeOfRow<Row> = Row extends { readonly next: infer Next } ? keyof Next & string : never

/** What each row of a table must satisfy, given all of them. */
type CheckedStates<States, Input> = {
  readonly [S in keyof States]: S extends Ending
    ? `${S} is the name of an ending`
    : StateRow<Exclude<keyof States & string, Ending> | Ending, OutcomeOfRow<States[S]>, Input>
}

export interface ProcessTable<Name extends string, Input extends z.ZodType<JsonObject>, States> {
  readonly name: Name
  /** Validates what starts a run. Stored input is not parsed again: later versions may only add optional fields. */
  readonly input: Input
  readonly start: Exclude<keyof States & string, Ending>
  readonly states: States
  readonly about: (input: z.infer<Input>) => About
  /** Names that states had in earlier releases, with today's: live runs may still stand in them. */
  readonly renamed?: Readonly<Record<string, Exclude<keyof States & string, Ending>>>
}

/** A process whose types were forgotten, as the engine's machinery sees it. */
export interface ProcessDefinition {
  readonly name: string
  readonly input: z.ZodType<JsonObject>
  readonly start: string
  readonly states: Readonly<Record<string, StateRow>>
  readonly about: (input: never) => About
  readonly renamed?: Readonly<Record<string, string>> | undefined
}

/**
 * Defines a process. A next state that does not exist, a start that is no state, a state named like an ending or a partial outcome that
 * the row does not list is a compile error; what the compiler cannot see is checked here, when the module loads.
 */
export function defineProcess<
  const Name extends string,
  Input extends z.ZodType<JsonObject>,
  const States extends CheckedStates<States, z.infer<Input>>,
>(table: ProcessTable<Name, Input, States>): ProcessTable<Name, Input, States> {
  assertReachable(forgetTypes(table))
  return table
}

/** `CheckedStates` guarantees what the compiler cannot conclude while `States` is still unknown: every row is a StateRow. */
function forgetTypes(table: { readonly name: string }): ProcessDefinition {
  return table as ProcessDefinition
}

function assertReachable(process: ProcessDefinition): void {
  const reached = reachableFrom(process, [process.start], targetsOf)
  const stranded = Object.keys(process.states).filter((state) => !reached.has(state))
  if (stranded.length > 0) throw new Error(`Process ${process.name}: no path leads to ${stranded.join(', ')}.`)
}

function reachableFrom(
  process: ProcessDefinition,
  from: readonly string[],
  targets: (row: StateRow) => readonly (string | undefined)[],
): ReadonlySet<string> {
  const reached = new Set<string>()
  const open: (string | undefined)[] = [...from]
  while (open.length > 0) {
    const state = open.pop()
    if (state === undefined || reached.has(state) || isEnding(state)) continue
    reached.add(state)
    open.push(...targets(rowOf(process, state)))
  }
  return reached
}

export function targetsOf(row: StateRow): (string | undefined)[] {
  return [...Object.values(row.next), row.givenUp, row.cancelled]
}

export function isEnding(state: string): state is Ending {
  return ENDINGS.some((ending) => ending === state)
}

/** @throws Error where the process has no such state: the caller holds a run of another release */
export function rowOf(process: ProcessDefinition, state: string): StateRow {
  const row = process.states[process.renamed?.[state] ?? state]
  if (!row) throw new Error(`Process ${process.name} has no state ${state}.`)
  return row
}

/**
 * Whether a state exists only to undo what a cancelled run had done: reached through some row's `cancelled`, and in no other way. A request
 * to cancel is honoured once, so these states are worked to their end.
 */
export function servesCancelling(process: ProcessDefinition, state: string): boolean {
  const forward = reachableFrom(process, [process.start], (row) => [...Object.values(row.next), row.givenUp])
  return !forward.has(state)
}

/** The natural key that at most one live run holds. */
export function liveKeyOf(process: { readonly name: string }, about: About): string {
  return `${process.name}:${about.subjectId}`
}

/** What the process says its run is about. The input was validated by the same process's schema when the run started. */
export function aboutRun(process: ProcessDefinition, input: JsonObject): About {
  return process.about(input as never)
}

/** How long a run waits on entering a state: a polling state, or a ladder of later tries, begins with its first pause. */
export function entryDelayMs({ poll, worker }: StateRow): number {
  return poll && (worker === 'poll' || 'pauses' in poll) ? firstLookMs(poll) : 0
}

/** How many tokens one try takes from the state's resource. */
export function tokensOf(row: StateRow, input: JsonObject): number {
  if (typeof row.tokens === 'function') return row.tokens(input as never)
  return row.tokens ?? (row.worker === 'poll' ? 0 : 1)
}

// --- what types say about a table ---

export type InputOf<P extends ProcessDefinition> = z.infer<P['input']>
export type StateOf<P extends ProcessDefinition> = keyof P['states'] & string
export type OutcomeOf<P extends ProcessDefinition, S extends StateOf<P>> = keyof P['states'][S]['next'] & string
export type StatesOfWorker<P extends ProcessDefinition, W extends WorkerName> = {
  [S in StateOf<P>]: P['states'][S]['worker'] extends W ? S : never
}[StateOf<P>]
export type ReceivedOf<P extends ProcessDefinition, S extends StateOf<P>> = P['states'][S] extends {
  readonly received: z.ZodType<infer Received extends Json>
}
  ? Received
  : undefined
/** What earlier states brought. */
export type ResultOf<P extends ProcessDefinition> = { readonly [S in StateOf<P>]?: ReceivedOf<P, S> }
