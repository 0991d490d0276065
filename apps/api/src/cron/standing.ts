// Where a run, and the job that it is of, stand: one word each, derived from the ledger every time, so that no two of our words can disagree. Pure.
import type { EpochMs, ProcessDefinition, Run, RunEvent } from '@rollcall/engine'
import { statusSyncErrors } from '@rollcall/status-sync'
import { APPROVAL, awaitedSignal, RESUME } from './job-signals.ts'

const GOING_WORDS = ['queued', 'running', 'pausing', 'paused', 'awaiting_approval', 'waiting_for_service', 'cancelling'] as const
type GoingWord = (typeof GOING_WORDS)[number]
export const RUN_WORDS = [...GOING_WORDS, 'succeeded', 'partial', 'failed', 'cancelled'] as const
export type RunWord = (typeof RUN_WORDS)[number]
export const JOB_WORDS = [...GOING_WORDS, 'idle', 'disabled'] as const
export type JobWord = (typeof JOB_WORDS)[number]

/** Why a run does not move, and since when. */
export interface Rest {
  readonly since: EpochMs
  readonly code: string
}

export interface RunStanding<Word extends string = RunWord> {
  readonly word: Word
  readonly rest: Rest | null
}

/** Of a stay in which the service was asked: nothing is decided while one of them lasts. */
const { REGISTRATIONS_REFUSED, REGISTRATIONS_UNAVAILABLE } = statusSyncErrors
const SERVICE_FAULTS: ReadonlySet<string> = new Set([REGISTRATIONS_REFUSED.code, REGISTRATIONS_UNAVAILABLE.code])

/** Words in which a worker has the run, or is about to. */
const AT_WORK: ReadonlySet<string> = new Set<GoingWord>(['queued', 'running', 'pausing', 'waiting_for_service', 'cancelling'])

export function isAtWork(word: string): boolean {
  return AT_WORK.has(word)
}

interface Found {
  readonly run: Run
  readonly process: ProcessDefinition
  readonly isPauseAsked: boolean
  /** The run's, where it is going: whether it waits for an outside system stands only there. */
  readonly history: readonly RunEvent[]
}

export function standingOfRun(found: Found): RunStanding {
  const { run } = found
  if (run.dueAt !== null) return standingOfGoing(found)
  if (run.status === 'completed') return { word: run.completion === 'partial' ? 'partial' : 'succeeded', rest: null }
  return { word: run.status === 'cancelled' ? 'cancelled' : 'failed', rest: null }
}

function standingOfGoing({ run, process, isPauseAsked, history }: Found): RunStanding<GoingWord> {
  const { cancelRequestedAt, state, stateSince, status, version } = run
  if (cancelRequestedAt !== null) return { word: 'cancelling', rest: null }
  const signal = awaitedSignal(process, state)
  if (signal === RESUME) return { word: 'paused', rest: { since: stateSince, code: 'PAUSED_BY_OPERATOR' } }
  if (signal === APPROVAL) return { word: 'awaiting_approval', rest: { since: stateSince, code: 'OVER_LIMIT' } }
  if (isPauseAsked) return { word: 'pausing', rest: null }
  const missed = history.find((event) => event.version === version && SERVICE_FAULTS.has(event.errorCode ?? ''))
  if (missed) return { word: 'waiting_for_service', rest: { since: missed.createdAt, code: missed.errorCode ?? '' } }
  return { word: status === 'new' ? 'queued' : 'running', rest: null }
}

export function standingOfJob({ enabled, going }: { readonly enabled: boolean; readonly going: Found | null }): RunStanding<JobWord> {
  if (going) return standingOfGoing(going)
  return { word: enabled ? 'idle' : 'disabled', rest: null }
}
