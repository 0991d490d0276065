// The append-only history of a run, and the run's result as the fold of it.
import type { ErrorCode } from './errors.ts'
import type { JsonObject } from './json.ts'
import { redact } from './redact.ts'
import type { EpochMs, EventStatus, Run, RunEvent } from './run.ts'

interface EventDraft {
  readonly id: string
  readonly at: EpochMs
  readonly run: Pick<Run, 'uuid' | 'state' | 'version' | 'attempt'>
  readonly operationType: string
  readonly status: EventStatus
  readonly submitted?: JsonObject | null
  readonly received?: JsonObject | null
  readonly error?: { readonly errorCode: ErrorCode; readonly message: string } | null
  readonly durationMs?: number | null
  readonly count?: number | null
}

/** The longest message that a history row and a run keep. */
const MESSAGE_LENGTH = 1_000

export function createEvent(draft: EventDraft): RunEvent {
  return {
    id: draft.id,
    runUuid: draft.run.uuid,
    createdAt: draft.at,
    operationType: draft.operationType,
    status: draft.status,
    state: draft.run.state,
    version: draft.run.version,
    attempt: draft.run.attempt,
    submittedData: draft.submitted ? redact(draft.submitted) : null,
    receivedData: draft.received ? redact(draft.received) : null,
    errorCode: draft.error?.errorCode.code ?? null,
    errorMessage: draft.error ? clip(draft.error.message) : null,
    durationMs: draft.durationMs ?? null,
    count: draft.count ?? null,
  }
}

export function clip(message: string): string {
  return message.length <= MESSAGE_LENGTH ? message : `${message.slice(0, MESSAGE_LENGTH - 1)}…`
}

/** What a success adds to the result: the latest success of each state wins. */
export function withReceived(result: JsonObject, event: Pick<RunEvent, 'state' | 'receivedData'>): JsonObject {
  return event.receivedData === null ? result : { ...result, [event.state]: event.receivedData }
}

/** The state in which a run stood before it ended: that of the event that ended it. Work that came too late does not count. */
export function lastStateOf({ run, history }: { readonly run: Run; readonly history: readonly RunEvent[] }): string {
  const ending = history.findLast(({ version, status }) => version === run.version - 1 && status !== 'superseded')
  return (ending ?? history.at(-1))?.state ?? run.state
}

/** The result of a run, computed from its whole history. `Run.result` always equals it. */
export function foldHistory(events: readonly RunEvent[]): JsonObject {
  return events.filter((event) => event.status === 'success').reduce<JsonObject>(withReceived, {})
}
