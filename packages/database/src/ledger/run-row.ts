// How a run crosses between the engine and its row. Times are `Time` in SQL: milliseconds in the SQLite file, Date through Prisma.
import type { AcceptedRequest, Completion, JsonObject, NewRun, Run, RunEvent } from '@rollcall/engine'
import { msOrNull } from '../time.ts'

type Time = number | Date

/** The columns of AzureDataSync, as they are read. */
export interface RunRow {
  uuid: string
  groupUuid: string
  process: string
  type: string
  state: string
  status: string
  completion: string | null
  version: number
  attempt: number
  dueAt: Time | null
  inputArgs: string
  resultObject: string
  pollingUuid: string | null
  lastOperationStatus: string | null
  errorCode: string | null
  errorMessage: string | null
  liveKey: string
  priority: number
  subjectId: string | null
  subjectName: string | null
  scopeId: string | null
  requestedBy: string
  cancelRequestedAt: Time | null
  createdAt: Time
  updatedAt: Time
  stateSince: Time
}

export const RUN_COLUMNS = [
  'uuid',
  'groupUuid',
  'process',
  'type',
  'state',
  'status',
  'completion',
  'version',
  'attempt',
  'dueAt',
  'inputArgs',
  'resultObject',
  'pollingUuid',
  'lastOperationStatus',
  'errorCode',
  'errorMessage',
  'liveKey',
  'priority',
  'subjectId',
  'subjectName',
  'scopeId',
  'requestedBy',
  'cancelRequestedAt',
  'createdAt',
  'updatedAt',
  'stateSince',
] as const satisfies readonly (keyof RunRow)[]

export function runOfRow(row: RunRow): Run {
  return {
    uuid: row.uuid,
    groupUuid: row.groupUuid,
    process: row.process,
    type: row.type,
    state: row.state,
    status: word<Run['status']>(row.status),
    completion: word<Completion | null>(row.completion),
    version: row.version,
    attempt: row.attempt,
    dueAt: msOrNull(row.dueAt),
    input: parseJson<JsonObject>(row.inputArgs),
    result: parseJson<JsonObject>(row.resultObject),
    pollingUuid: row.pollingUuid,
    lastOperationStatus: word<Run['lastOperationStatus']>(row.lastOperationStatus),
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
    liveKey: row.liveKey,
    priority: row.priority,
    subjectId: row.subjectId,
    subjectName: row.subjectName,
    scopeId: row.scopeId,
    requestedBy: row.requestedBy,
    cancelRequestedAt: msOrNull(row.cancelRequestedAt),
    createdAt: Number(row.createdAt),
    updatedAt: Number(row.updatedAt),
    stateSince: Number(row.stateSince),
  }
}

/** How a dialect writes a time: milliseconds, a Date for Prisma, text for T-SQL. */
type Clock<T> = (ms: number) => T

/** The row of a new run: what is not named starts as NULL. */
export function rowOfNewRun<T>(run: NewRun, time: Clock<T>) {
  return {
    uuid: run.uuid,
    groupUuid: run.groupUuid,
    process: run.process,
    type: run.type,
    state: run.state,
    status: 'new',
    version: 1,
    attempt: 0,
    dueAt: time(run.dueAt),
    inputArgs: JSON.stringify(run.input),
    resultObject: '{}',
    liveKey: run.liveKey,
    naturalKey: run.liveKey,
    priority: run.priority,
    subjectId: run.subjectId,
    subjectName: run.subjectName,
    scopeId: run.scopeId,
    openScopeId: run.scopeId,
    requestedBy: run.requestedBy,
    createdAt: time(run.createdAt),
    updatedAt: time(run.createdAt),
    stateSince: time(run.createdAt),
  }
}

/** A request that is accepted, with the group that its runs form. */
export function rowOfRequest<T>({ request, groupUuid }: { request: AcceptedRequest; groupUuid: string }, time: Clock<T>) {
  return {
    caller: request.caller,
    key: request.key,
    bodyHash: request.bodyHash,
    groupUuid,
    items: JSON.stringify(request.items),
    createdAt: time(request.createdAt),
    expiresAt: time(request.expiresAt),
  }
}

/** The columns of ObjectHistory. */
export interface EventRow {
  runUuid: string
  id: string
  createdAt: Time
  operationType: string
  status: string
  state: string
  version: number
  attempt: number
  submittedData: string | null
  receivedData: string | null
  errorCode: string | null
  errorMessage: string | null
  durationMs: number | null
  count: number | null
}

export const EVENT_COLUMNS = [
  'runUuid',
  'id',
  'createdAt',
  'operationType',
  'status',
  'state',
  'version',
  'attempt',
  'submittedData',
  'receivedData',
  'errorCode',
  'errorMessage',
  'durationMs',
  'count',
] as const satisfies readonly (keyof EventRow)[]

export function eventOfRow(row: EventRow): RunEvent {
  return {
    ...row,
    createdAt: Number(row.createdAt),
    status: word<RunEvent['status']>(row.status),
    submittedData: row.submittedData === null ? null : parseJson<JsonObject>(row.submittedData),
    receivedData: row.receivedData === null ? null : parseJson<JsonObject>(row.receivedData),
  }
}

export function rowOfEvent<T>(event: RunEvent, time: Clock<T>) {
  return {
    runUuid: event.runUuid,
    id: event.id,
    createdAt: time(event.createdAt),
    operationType: event.operationType,
    status: event.status,
    state: event.state,
    version: event.version,
    attempt: event.attempt,
    submittedData: event.submittedData && JSON.stringify(event.submittedData),
    receivedData: event.receivedData && JSON.stringify(event.receivedData),
    errorCode: event.errorCode,
    errorMessage: clipped(event.errorMessage),
    durationMs: event.durationMs,
    count: event.count,
  }
}

const MAX_MESSAGE_LENGTH = 1000

/** Messages are prose and may be cut to their column; a flush must not fail because one is long. */
export function clipped(message: string | null): string | null {
  return message && message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH - 1)}…`.toWellFormed() : message
}

/** Only the engine writes these columns, from the words of the same type. */
function word<Word extends string | null>(value: string | null): Word {
  return value as Word
}

/** Only `JSON.stringify` of the same type ever wrote these columns. */
export function parseJson<Value>(text: string): Value {
  return JSON.parse(text) as Value
}
