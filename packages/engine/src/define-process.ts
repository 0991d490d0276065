// A process is one literal table. Every property the engine or a reader needs stands in it; the compiler checks that its words fit together.
import type { z } from 'zod'
import { assertSoundTable, type NOT_WITH_SIGNAL } from './assert-sound-table.ts'
import type { Json, JsonObject } from './json.ts'
import type { About, ProcessDefinition, StateRow } from './process-table.ts'
import type { Ending, WorkerName } from './run.ts'

/** What a row that waits for a signal may not have as well. */
type Alone = { readonly [K in (typeof NOT_WITH_SIGNAL)[number]]?: never }

type OutcomeOfRow<Row> = Row extends { readonly next: infer Next } ? keyof Next & string : never

/** What each row of a table must satisfy, given all of them. */
type CheckedStates<States, Input> = {
  readonly [S in keyof States]: S extends Ending
    ? `${S} is the name of an ending`
    : StateRow<Exclude<keyof States & string, Ending> | Ending, OutcomeOfRow<States[S]>, Input> &
        (States[S] extends { readonly signal: object } ? Alone : unknown)
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
  /**
   * Whether a replay may correct the input. `false` where it decides what others have ruled, e.g. what a signed message said or within which limits
   * a job may act: a replay then does what was asked before, and nothing else. @defaultValue true
   */
  readonly correctable?: boolean
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
  assertSoundTable(forgetTypes(table))
  return table
}

/** `CheckedStates` guarantees what the compiler cannot conclude while `States` is still unknown: every row is a StateRow. */
function forgetTypes(table: { readonly name: string }): ProcessDefinition {
  return table as ProcessDefinition
}

export type InputOf<P extends ProcessDefinition> = z.infer<P['input']>
export type StateOf<P extends ProcessDefinition> = keyof P['states'] & string
export type OutcomeOf<P extends ProcessDefinition, S extends StateOf<P>> = keyof P['states'][S]['next'] & string
/** Those that a handler works: for signals the engine looks itself. */
export type StatesOfWorker<P extends ProcessDefinition, W extends WorkerName> = {
  [S in StateOf<P>]: P['states'][S] extends { readonly signal: object } ? never : P['states'][S]['worker'] extends W ? S : never
}[StateOf<P>]
export type ReceivedOf<P extends ProcessDefinition, S extends StateOf<P>> = P['states'][S] extends {
  readonly received: z.ZodType<infer Received extends Json>
}
  ? Received
  : undefined
/** What earlier states brought. */
export type ResultOf<P extends ProcessDefinition> = { readonly [S in StateOf<P>]?: ReceivedOf<P, S> }
