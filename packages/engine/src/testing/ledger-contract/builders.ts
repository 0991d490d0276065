import { onTestFinished } from 'vitest'
import { createIds } from '../../ids.ts'
import type { AcceptedRequest, AuditEntry, Transition } from '../../ledger.ts'
import type { NewRun, Run, RunEvent } from '../../run.ts'
import type { LedgerUnderTest, OpenLedger } from './ledger-contract.ts'

/** A Monday morning in 2026, UTC. */
export const T0 = Date.UTC(2026, 0, 5, 8)

export const newId = createIds({ now: () => T0 })

/** Opens a ledger and closes it when the test is over. */
export async function opened(open: OpenLedger): Promise<LedgerUnderTest> {
  const ledger = await open()
  onTestFinished(() => ledger.close())
  return ledger
}

export function newRun(overrides: Partial<NewRun> = {}): NewRun {
  const uuid = newId()
  return {
    uuid,
    groupUuid: newId(),
    process: 'account-create',
    type: 'CREATE_NEISPUO_STUDENT',
    state: 'FIRST',
    input: { personId: 'p1' },
    liveKey: `account-create|${uuid}`,
    priority: 10,
    subjectId: 'p1',
    subjectName: null,
    scopeId: 's1',
    requestedBy: 'test',
    createdAt: T0,
    dueAt: T0,
    ...overrides,
  }
}

export function eventOf({ uuid }: { readonly uuid: string }, overrides: Partial<RunEvent> = {}): RunEvent {
  return {
    id: newId(),
    runUuid: uuid,
    createdAt: T0,
    operationType: 'FIRST',
    status: 'success',
    state: 'FIRST',
    version: 1,
    attempt: 0,
    submittedData: null,
    receivedData: null,
    errorCode: null,
    errorMessage: null,
    durationMs: 5,
    count: null,
    ...overrides,
  }
}

/** From version 1 to the state SECOND, with one event. */
export function advance(run: NewRun, overrides: Partial<Transition> = {}): Transition {
  return {
    uuid: run.uuid,
    expectedVersion: 1,
    expectedAttempt: null,
    state: 'SECOND',
    status: 'in_progress',
    completion: null,
    version: 2,
    attempt: 0,
    dueAt: T0 + 1_000,
    result: { FIRST: { ok: true } },
    pollingUuid: null,
    lastOperationStatus: 'success',
    errorCode: null,
    errorMessage: null,
    liveKey: run.liveKey,
    stateSince: T0 + 500,
    updatedAt: T0 + 500,
    events: [eventOf(run)],
    ...overrides,
  }
}

/** From version 1 straight to an ending. */
export function end(run: NewRun, overrides: Partial<Transition> = {}): Transition {
  return advance(run, {
    state: 'FAILED',
    status: 'failed',
    dueAt: null,
    liveKey: run.uuid,
    errorCode: 'X_FAILED',
    errorMessage: 'X.',
    ...overrides,
  })
}

export function complete(run: NewRun, overrides: Partial<Transition> = {}): Transition {
  return end(run, { state: 'COMPLETED', status: 'completed', completion: 'full', errorCode: null, errorMessage: null, ...overrides })
}

export function requestOf(overrides: Partial<AcceptedRequest> = {}): AcceptedRequest {
  return {
    caller: 'upstream',
    key: 'k-1',
    bodyHash: 'a'.repeat(64),
    items: [{ uuid: 'u-1' }],
    createdAt: T0,
    expiresAt: T0 + 86_400_000,
    ...overrides,
  }
}

export function auditOf(uuid: string): AuditEntry {
  return {
    id: newId(),
    at: T0,
    actor: 'operator',
    action: 'run.test',
    targetType: 'run',
    targetId: uuid,
    reason: 'because',
    details: {},
  }
}

/** Writes runs outside any request. */
export async function insert({ ledger }: Pick<LedgerUnderTest, 'ledger'>, ...runs: readonly NewRun[]): Promise<void> {
  const result = await ledger.accept({ groupUuid: newId(), request: null, runs })
  if (result.kind !== 'accepted' || result.runs.some(({ inserted }) => !inserted)) throw new Error('The test meant to insert new runs.')
}

/** The run as the ledger has it now. */
export async function read({ ledger }: Pick<LedgerUnderTest, 'ledger'>, { uuid }: { readonly uuid: string }): Promise<Run> {
  const [run] = await ledger.read([uuid])
  if (!run) throw new Error(`The test expected run ${uuid} to be there.`)
  return run
}
