// Calls a state's handler, with a time limit, and says what came of it. What must always hold: an answer that comes after its time is still
// recorded, since its effect was real; a handler that was told to stop because its job was taken away is not blamed for stopping.
import { classifyError } from './classify-error.ts'
import { durationMs } from './duration.ts'
import { engineErrors, LedgerUnavailableError } from './errors.ts'
import type { AnyAnswer, AnyHandler, AnyWork, NotYet } from './handler.ts'
import { createEvent } from './history.ts'
import type { JsonObject } from './json.ts'
import { ledgerUnreachable } from './notice.ts'
import { isBulk } from './priority.ts'
import { type ProcessDefinition, rowOf } from './process-table.ts'
import type { EpochMs, Run, RunEvent } from './run.ts'
import type { StateResource } from './state-resource.ts'
import type { JobToWork, StateWork, WorkDeps } from './work-job.ts'
import type { WorkResult } from './work-result.ts'

const DEFAULT_TIMEOUT_MS = 60_000

export interface HandlerCall {
  readonly run: Run
  readonly job: JobToWork
  /** Fires when the job is taken away: its lock was lost, or the worker stops. */
  readonly signal: AbortSignal
}

type Settled = { readonly answer: AnyAnswer | NotYet } | { readonly thrown: unknown }

export type CallHandler = (call: HandlerCall) => Promise<WorkResult>

export function createCallHandler(
  { process, state, handler }: StateWork,
  deps: Pick<WorkDeps, 'clock' | 'ledger' | 'newId' | 'notify'> & { readonly resource: Pick<StateResource, 'tellError'> },
): CallHandler {
  const { clock, notify, resource } = deps
  const { operation, timeout } = rowOf(process, state)
  const timeoutMs = timeout ? durationMs(timeout) : DEFAULT_TIMEOUT_MS

  return async ({ run, job, signal }) => {
    const deadline = createDeadline(signal)
    const startedAt = clock.now()
    const work = workFor({ process, run, job, now: startedAt, deadline })
    const settling = settle(handler, work)
    const settled = await withinTime(settling, deadline)
    if (settled === null) {
      void settling.then((late) => recordLate({ run, late, startedAt }))
      return signal.aborted ? { kind: 'interrupted' } : timedOut()
    }
    if ('thrown' in settled) return afterThrow({ run, signal, thrown: settled.thrown })
    const { answer } = settled
    if (!('notYet' in answer)) return { kind: 'answer', answer }
    return { kind: 'notYet', afterMs: answer.afterMs ?? null, beforeGivingUp: answer.beforeGivingUp }
  }

  /** Null: the time is up, and the handler has been told so. */
  async function withinTime(settling: Promise<Settled>, deadline: Deadline): Promise<Settled | null> {
    const { promise: late, resolve } = Promise.withResolvers<null>()
    const timer = setTimeout(() => {
      deadline.pass()
      resolve(null)
    }, timeoutMs)
    try {
      return await Promise.race([settling, late])
    } finally {
      clearTimeout(timer)
    }
  }

  async function afterThrow({ run, signal, thrown }: { run: Run; signal: AbortSignal; thrown: unknown }): Promise<WorkResult> {
    if (thrown instanceof LedgerUnavailableError) throw thrown
    const error = classifyError(thrown)
    if (signal.aborted && error.errorCode.kind === 'transient') return { kind: 'interrupted' }
    await resource.tellError(run, error)
    return { kind: 'error', error }
  }

  /** Whoever answered too late has done something outside all the same. What was thrown too late has not. */
  async function recordLate({ run, late, startedAt }: { run: Run; late: Settled; startedAt: EpochMs }): Promise<void> {
    if ('thrown' in late || 'notYet' in late.answer) return
    const { answer } = late
    const now = clock.now()
    const event = createEvent({
      id: deps.newId(),
      at: now,
      run,
      operationType: operation ?? run.state,
      status: 'superseded',
      submitted: answer.submitted ?? null,
      received: answer.received ?? null,
      durationMs: now - startedAt,
    })
    notify({ kind: 'superseded', run: { uuid: run.uuid, version: run.version }, effect: true })
    await append(event)
  }

  async function append(event: RunEvent): Promise<void> {
    try {
      await deps.ledger.append(event)
    } catch (error) {
      if (error instanceof LedgerUnavailableError) return notify(ledgerUnreachable(error))
      notify({ kind: 'unexpected', run: { uuid: event.runUuid, version: event.version }, message: classifyError(error).message })
    }
  }
}

interface Deadline {
  /** Fires when the job is taken away or the time is up, whichever comes first. */
  signal(): AbortSignal
  pass(): void
}

/** Most handlers never look at their signal, and joining two costs more than all else that is done for a call: it is made when asked for. */
function createDeadline(taken: AbortSignal): Deadline {
  const passing = new AbortController()
  let joined: AbortSignal | null = null
  return {
    signal() {
      joined ??= AbortSignal.any([taken, passing.signal])
      return joined
    },
    pass: () => passing.abort(new Error('the state has timed out')),
  }
}

async function settle(handler: AnyHandler, work: AnyWork): Promise<Settled> {
  try {
    return { answer: await handler(work) }
  } catch (thrown) {
    return { thrown }
  }
}

function timedOut(): WorkResult {
  const { HANDLER_TIMEOUT } = engineErrors
  return { kind: 'error', error: { errorCode: HANDLER_TIMEOUT, message: HANDLER_TIMEOUT.sentence } }
}

function workFor({
  process,
  run,
  job,
  now,
  deadline,
}: {
  process: ProcessDefinition
  run: Run
  job: JobToWork
  now: EpochMs
  deadline: Deadline
}): AnyWork {
  const { uuid, version, groupUuid, input, pollingUuid, attempt, priority, stateSince } = run
  const isFirstTry = attempt === 0 && job.tries === 0 && job.again !== true
  const result = resultToday(process, run.result)
  const work = {
    uuid,
    version,
    groupUuid,
    input,
    result,
    pollingUuid,
    priority,
    bulk: isBulk(priority),
    attempt,
    isFirstTry,
    stateSince,
    now,
  }
  return {
    ...work,
    get signal() {
      return deadline.signal()
    },
  }
}

/** Handlers know states by the names of this release. What was brought under today's name is the latest, so it comes last. */
function resultToday({ renamed, states }: ProcessDefinition, result: JsonObject): JsonObject {
  if (!renamed) return result
  const entries = Object.entries(result)
  const earlier = entries.filter(([state]) => !Object.hasOwn(states, state)).map(([state, received]) => [renamed[state] ?? state, received])
  return Object.fromEntries([...earlier, ...entries.filter(([state]) => Object.hasOwn(states, state))])
}
