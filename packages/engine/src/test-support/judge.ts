import { type DecideInput, type Decision, decide } from '../decide.ts'
import type { ErrorKind } from '../errors.ts'
import type { AnyAnswer } from '../handler.ts'
import type { Transition } from '../ledger.ts'
import type { Run } from '../run.ts'
import { STORY_START } from '../testing/virtual-clock.ts'
import type { WorkError, WorkResult } from '../work-result.ts'
import { aRun } from './a-run.ts'
import { shopping, sweeping } from './shopping.ts'

/** What `decide` makes of it, half a second after the run came to its state, with ids and dice that can be foretold. */
export function judge(run: Run, happened: WorkResult, changes: Partial<DecideInput> = {}): Decision {
  let ids = 0
  const newId = () => {
    ids += 1
    return `event-${ids}`
  }
  const process = run.process === 'sweeping' ? sweeping : shopping
  const given = { looks: 0, durationMs: 40, resourceClosed: false, now: STORY_START + 500, random: 0.5 }
  return decide({ process, run, happened, ...given, newId, ...changes })
}

export function answer(outcome: string, more: Partial<AnyAnswer> = {}): WorkResult {
  return { kind: 'answer', answer: { outcome, ...more } }
}

export function errorOf(kind: ErrorKind, more: Partial<WorkError> = {}): WorkError {
  return {
    errorCode: { code: `${kind.toUpperCase()}_FAULT`, sentence: 'Fault.', kind, httpStatus: 500, runbook: 'Look.' },
    message: 'Fault. Order 7.',
    ...more,
  }
}

export function error(kind: ErrorKind, more: Partial<WorkError> = {}): WorkResult {
  return { kind: 'error', error: errorOf(kind, more) }
}

export const notYet: WorkResult = { kind: 'notYet', afterMs: null }
/** A run of `shopping` that has just come to POLL_ORDER. */
export const aPoll = (changes: Partial<Run> = {}) => aRun({ state: 'POLL_ORDER', status: 'polling', version: 3, ...changes })

/** A run of `sweeping`, which looks and has no resource, that has just begun. */
export const aSweep = (changes: Partial<Run> = {}) => aRun({ process: 'sweeping', state: 'SWEEP', ...changes })

export function transitionOf(decision: Decision): Transition {
  if (decision.kind === 'wait') throw new Error('The test expected a transition.')
  return decision.transition
}
