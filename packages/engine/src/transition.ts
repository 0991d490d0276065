// The columns that a change of a run begins with, before `decide` has its say.
import type { Transition } from './ledger.ts'
import type { StateRow } from './process-table.ts'
import type { Run, RunStatus } from './run.ts'

/** The after-image of a change that changes nothing yet, and applies only while the run's version stands. */
export function unchanged(run: Run): Omit<Transition, 'events'> {
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

/** The status of a run that stands in this state. */
export function statusIn(row: StateRow): RunStatus {
  if (row.signal) return 'waiting'
  return row.worker === 'poll' ? 'polling' : 'in_progress'
}

export function endingStatus(ending: string): RunStatus {
  if (ending === 'COMPLETED') return 'completed'
  return ending === 'CANCELLED' ? 'cancelled' : 'failed'
}
