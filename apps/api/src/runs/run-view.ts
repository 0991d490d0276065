// A run as the API shows it: in the words of the source document, with times as text.
import { type EpochMs, EVENT_STATUSES, type JsonObject, RUN_STATUSES, type Run, type RunEvent } from '@rollcall/engine'
import { z } from 'zod'

const time = z.iso.datetime().meta({ examples: ['2026-09-01T07:30:00.000Z'] })
const uuid = z.string().meta({ examples: ['0199a1f4-5c00-7000-8000-00000000a001'] })
/** It was JSON when it was stored. */
const json = z.custom<JsonObject>().meta({ type: 'object' })

export const EventView = z
  .object({
    createdAt: time,
    operationType: z.string().meta({ examples: ['SUBMITTED_AZURE_USER_CREATE_REQUEST'] }),
    submittedData: json.nullable().meta({ description: 'What was sent outside, without secrets.' }),
    receivedData: json.nullable().meta({ description: 'What came back, without secrets.' }),
    status: z.enum(EVENT_STATUSES),
    state: z.string(),
    version: z.int(),
    attempt: z.int(),
    durationMs: z.int().nullable(),
    count: z.int().nullable().meta({ description: 'How many looks a not_yet row stands for.' }),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
  })
  .meta({ id: 'ObjectHistory' })
export type EventView = z.infer<typeof EventView>

export const RunSummary = z
  .object({
    uuid,
    groupUuid: uuid,
    process: z.string().meta({ examples: ['account-create'] }),
    type: z.string().meta({ examples: ['CREATE_NEISPUO_STUDENT'] }),
    state: z.string().meta({ examples: ['POLL_USER_CREATE'] }),
    status: z.enum(RUN_STATUSES),
    completion: z.enum(['full', 'partial']).nullable().meta({ description: 'How much of what was asked a completed run achieved.' }),
    version: z.int(),
    attempt: z.int(),
    priority: z.int(),
    personId: z.string().nullable(),
    schoolId: z.string().nullable(),
    pollingUuid: z.string().nullable(),
    lastOperationStatus: z.enum(['success', 'failed']).nullable(),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    requestedBy: z.string(),
    createdAt: time,
    updatedAt: time,
    stateSince: time,
    dueAt: time.nullable().meta({ description: 'When it is next worked; null once it has ended.' }),
    cancelRequestedAt: time.nullable(),
    archivedAt: time.nullable().meta({ description: 'Since when it stands in the archive, where it can only be looked at.' }),
  })
  .meta({ id: 'RunSummary' })
export type RunSummary = z.infer<typeof RunSummary>

export const RunView = z
  .object({
    ...RunSummary.shape,
    inputArgs: json.meta({ description: 'What the caller asked for.' }),
    resultObject: json.meta({ description: 'What the successful operations brought, by state.' }),
    objectHistory: z.array(EventView).meta({ description: 'In the order in which it happened.' }),
  })
  .meta({ id: 'Run' })
export type RunView = z.infer<typeof RunView>

type ShownRun = Run & { readonly archivedAt?: EpochMs }

export function summaryOf(run: ShownRun): RunSummary {
  const { uuid: id, groupUuid, process, type, state, status, completion, version, attempt, priority, pollingUuid } = run
  const { lastOperationStatus, errorCode, errorMessage, requestedBy } = run
  return {
    uuid: id,
    groupUuid,
    process,
    type,
    state,
    status,
    completion,
    version,
    attempt,
    priority,
    personId: run.subjectId,
    schoolId: run.scopeId,
    pollingUuid,
    lastOperationStatus,
    errorCode,
    errorMessage,
    requestedBy,
    createdAt: isoOf(run.createdAt),
    updatedAt: isoOf(run.updatedAt),
    stateSince: isoOf(run.stateSince),
    dueAt: run.dueAt === null ? null : isoOf(run.dueAt),
    cancelRequestedAt: run.cancelRequestedAt === null ? null : isoOf(run.cancelRequestedAt),
    archivedAt: run.archivedAt === undefined ? null : isoOf(run.archivedAt),
  }
}

export function viewOf({ run, history }: { readonly run: ShownRun; readonly history: readonly RunEvent[] }): RunView {
  return { ...summaryOf(run), inputArgs: run.input, resultObject: run.result, objectHistory: history.map(eventViewOf) }
}

function eventViewOf(event: RunEvent): EventView {
  const { operationType, submittedData, receivedData, status, state, version, attempt, durationMs, count, errorCode, errorMessage } = event
  return {
    createdAt: isoOf(event.createdAt),
    operationType,
    submittedData,
    receivedData,
    status,
    state,
    version,
    attempt,
    durationMs,
    count,
    errorCode,
    errorMessage,
  }
}

export function isoOf(at: EpochMs): string {
  return new Date(at).toISOString()
}
