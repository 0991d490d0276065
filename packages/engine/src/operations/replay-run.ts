import { isErased } from '../erased.ts'
import { engineErrors, TerminalError } from '../errors.ts'
import { createEvent } from '../history.ts'
import type { JsonObject } from '../json.ts'
import type { Transaction } from '../ledger.ts'
import { queueUnreachable } from '../notice.ts'
import { aboutRun, liveKeyOf, type ProcessDefinition, rowOf, stateToday } from '../process-table.ts'
import type { Run } from '../run.ts'
import type { OperationDeps, Order } from './cancel-run.ts'

export interface ReplayOrder extends Order {
  readonly run: Run
  /** Null: the state in which it failed. */
  readonly fromState: string | null
  /** Corrected input that passed the process's schema; null keeps the stored one. */
  readonly input: JsonObject | null
  /** Where the run is one of many that are replayed together. */
  readonly cohort?: CohortReplay
}

export interface CohortReplay {
  /** Kept in the history and the audit log. */
  readonly uuid: string
  /** The lane and step that the run goes on in. */
  readonly priority: number
  /** Notes what becomes of the run, in the transaction that replays it. */
  readonly write: (tx: Transaction) => Promise<void>
}

/**
 * Starts a failed or cancelled run again, under a new version and with its natural key taken again.
 * @param lastState the state in which the run stood before it ended, from its history
 * @throws TerminalError RUN_NOT_ENDED, RUN_ERASED, INPUT_NOT_CORRECTABLE, STATE_NOT_REPLAYABLE, REPLAY_CHANGES_SUBJECT, RUN_CHANGED, RUN_KEY_TAKEN; whatever `cohort.write` throws
 */
export async function replayRun(
  {
    process,
    lastState,
    run,
    fromState,
    input,
    actor,
    reason,
    cohort,
  }: ReplayOrder & { readonly process: ProcessDefinition; readonly lastState: string },
  deps: OperationDeps,
): Promise<Run> {
  if (run.status !== 'failed' && run.status !== 'cancelled') throw new TerminalError(engineErrors.RUN_NOT_ENDED, `It is ${run.status}.`)
  if (isErased(run)) throw new TerminalError(engineErrors.RUN_ERASED)
  if (input !== null) assertCorrectable(process)
  const state = replayableState({ process, lastState, fromState })
  if (state === null) {
    const allowed = allowedStates(process, stateToday(process, lastState))
    throw new TerminalError(engineErrors.STATE_NOT_REPLAYABLE, `It ended in ${lastState}; ${process.name} allows ${allowed}.`)
  }
  const nextInput = input ?? run.input
  const about = aboutRun(process, nextInput)
  const liveKey = liveKeyOf(process, about)
  const before = aboutRun(process, run.input)
  // Corrected input asks the same for the same person still: anything else is a request of its own.
  if (liveKey !== liveKeyOf(process, before) || about.type !== before.type) throw new TerminalError(engineErrors.REPLAY_CHANGES_SUBJECT)
  const at = deps.clock.now()
  const version = run.version + 1
  const ofCohort = cohort && { cohortUuid: cohort.uuid }
  const event = createEvent({
    id: deps.newId(),
    at,
    run: { uuid: run.uuid, state, version, attempt: 0 },
    operationType: 'REPLAYED',
    status: 'note',
    submitted: { actor, reason, inputCorrected: input !== null, ...ofCohort },
  })
  const audit = {
    id: deps.newId(),
    at,
    actor,
    action: 'run.replay',
    targetType: 'run',
    targetId: run.uuid,
    reason,
    details: { fromState: state, version, inputCorrected: input !== null, ...ofCohort },
  }
  const result = await deps.ledger.replay({
    uuid: run.uuid,
    expectedVersion: run.version,
    state,
    ...(rowOf(process, state).signal && { status: 'waiting' as const }),
    input: nextInput,
    liveKey,
    subjectName: about.subjectName,
    scopeId: about.scopeId,
    at,
    event,
    audit,
    ...(cohort && { priority: cohort.priority, write: cohort.write }),
  })
  if (result.kind === 'changed') throw new TerminalError(engineErrors.RUN_CHANGED)
  if (result.kind === 'taken') throw new TerminalError(engineErrors.RUN_KEY_TAKEN, `It is run ${result.byUuid}.`)
  const { run: replayed } = result
  const job = { process: process.name, state, uuid: run.uuid, version, priority: replayed.priority, delayMs: 0, again: true }
  // The ledger has it; if the queue cannot be reached, reconcile enqueues it.
  await deps.dispatcher.enqueue([job]).catch((error: unknown) => deps.notify(queueUnreachable(error, 1)))
  return replayed
}

/** @throws TerminalError INPUT_NOT_CORRECTABLE */
export function assertCorrectable({ name, correctable = true }: Pick<ProcessDefinition, 'name' | 'correctable'>): void {
  if (!correctable) throw new TerminalError(engineErrors.INPUT_NOT_CORRECTABLE, `It is a run of ${name}.`)
}

/** The state that a replay begins in: the one where the run ended, or another that the process allows. Null: it may not begin there. */
export function replayableState({
  process,
  lastState,
  fromState,
}: {
  readonly process: ProcessDefinition
  readonly lastState: string
  /** Null: where it ended. */
  readonly fromState: string | null
}): string | null {
  const state = stateToday(process, fromState ?? lastState)
  if (state === null || state === stateToday(process, lastState)) return state
  return isReplayable(process, state) ? state : null
}

function isReplayable(process: ProcessDefinition, state: string): boolean {
  return rowOf(process, state).replayable === true
}

function allowedStates(process: ProcessDefinition, endedIn: string | null): string {
  const allowed = Object.keys(process.states).filter((state) => state === endedIn || isReplayable(process, state))
  return allowed.length > 0 ? allowed.join(', ') : 'none'
}
