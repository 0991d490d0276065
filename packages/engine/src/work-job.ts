// Works one job: load the run, call the handler, let `decide` judge, carry the judgement out. It has no rules of its own.
// What must always hold: a job whose version is not the ledger's touches nothing; whatever the handler did outside is recorded, even if the
// run had moved on meanwhile; not being able to reach SQL or Redis never counts against the run.
import { classifyError } from './classify-error.ts'
import type { Clock } from './clock.ts'
import { type Decision, decide, type WorkResult } from './decide.ts'
import type { StateJob } from './dispatcher.ts'
import { durationMs } from './duration.ts'
import { engineErrors, LedgerUnavailableError, SystemicError } from './errors.ts'
import type { AnyHandler, AnyWork } from './handler.ts'
import type { Ledger } from './ledger.ts'
import type { LedgerAccess } from './ledger-access.ts'
import type { Notify, RunName } from './notice.ts'
import { prepareRun } from './prepare-run.ts'
import { isBulk } from './priority.ts'
import { type ProcessDefinition, rowOf, servesCancelling, tokensOf } from './process-table.ts'
import type { ResourceEntry, Resources } from './resources.ts'
import type { EpochMs, Run, RunEvent } from './run.ts'

/** A run may be worked this much before its time: clocks and timers are not exact. */
const DUE_TOLERANCE_MS = 50
const LEDGER_PAUSE_MS = 5_000
const DEFAULT_TIMEOUT_MS = 60_000
/** From this stall on, each one counts as a failed try: a run that kills its workers must not do so for ever. */
const STALLS_BEFORE_COUNTING = 3

export interface JobToWork {
  readonly uuid: string
  readonly version: number
  /** How often the queue handed out this job before. */
  readonly looks: number
  /** How often a worker was lost while it had this job. */
  readonly stalls: number
}

/** What becomes of the job in the queue. */
export type JobFate =
  | { readonly kind: 'done' }
  | { readonly kind: 'delayed'; readonly delayMs: number }
  | { readonly kind: 'failed'; readonly code: string; readonly sentence: string }

export interface WorkDeps {
  readonly ledger: Pick<Ledger, 'append'>
  readonly access: LedgerAccess
  readonly resources: Resources
  readonly clock: Clock
  readonly random: () => number
  readonly newId: () => string
  readonly notify: Notify
}

export interface StateWork {
  readonly process: ProcessDefinition
  readonly state: string
  readonly handler: AnyHandler
}

interface Called {
  readonly run: Run
  readonly job: JobToWork
  readonly signal: AbortSignal
  readonly entry: ResourceEntry | null
}

interface Tried {
  readonly run: Run
  readonly job: JobToWork
  readonly happened: WorkResult
  readonly startedAt: EpochMs
}

export type WorkJob = (job: JobToWork, signal: AbortSignal) => Promise<JobFate>

export function createWorkJob({ process, state, handler }: StateWork, deps: WorkDeps): WorkJob {
  const { access, clock, notify, resources } = deps
  const row = rowOf(process, state)
  const timeoutMs = row.timeout ? durationMs(row.timeout) : DEFAULT_TIMEOUT_MS

  return async (job, signal) => {
    try {
      return await work(job, signal)
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError)) throw error
      notify({ kind: 'ledgerUnreachable', message: error.message })
      return { kind: 'delayed', delayMs: LEDGER_PAUSE_MS * (1 + deps.random()) }
    }
  }

  async function work(job: JobToWork, signal: AbortSignal): Promise<JobFate> {
    const run = await access.read(job.uuid)
    if (!run || run.version !== job.version || run.dueAt === null) {
      notify({ kind: 'superseded', run: { uuid: job.uuid, version: job.version }, effect: false })
      return { kind: 'done' }
    }
    if (run.cancelRequestedAt !== null && !servesCancelling(process, run.state)) {
      return carryOut({ run, job, happened: { kind: 'cancelled' }, startedAt: clock.now() })
    }
    const earlyByMs = run.dueAt - clock.now()
    if (earlyByMs > DUE_TOLERANCE_MS) return { kind: 'delayed', delayMs: earlyByMs }
    if (job.stalls >= STALLS_BEFORE_COUNTING && job.stalls - STALLS_BEFORE_COUNTING >= run.attempt) {
      const { WORKER_DIED } = engineErrors
      const error = { errorCode: WORKER_DIED, message: WORKER_DIED.sentence }
      return carryOut({ run, job, happened: { kind: 'error', error }, startedAt: clock.now() })
    }
    const entry = await enter(run)
    if (entry?.kind === 'wait') {
      notify({ kind: 'waited', run: nameOf(run), delayMs: entry.ms, errorCode: null, message: null })
      return { kind: 'delayed', delayMs: entry.ms }
    }
    const startedAt = clock.now()
    const happened = await callHandler({ run, job, signal, entry })
    return carryOut({ run, job, happened, startedAt })
  }

  async function enter(run: Run): Promise<ResourceEntry | null> {
    if (row.resource === undefined) return null
    return resources.enter({ resource: row.resource, tokens: tokensOf(row, run.input), bulk: isBulk(run.priority) })
  }

  async function callHandler({ run, job, signal, entry }: Called): Promise<WorkResult> {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(new Error('the state has timed out')), timeoutMs)
    const timedOut = new Promise<never>((_resolve, reject) => {
      deadline.signal.addEventListener('abort', () => reject(deadline.signal.reason))
    })
    try {
      const given = workFor({ run, job, now: clock.now(), signal: AbortSignal.any([signal, deadline.signal]) })
      const answer = await Promise.race([handler(given), timedOut])
      if (row.resource !== undefined) await resources.noteSuccess(row.resource, entry)
      return 'notYet' in answer ? { kind: 'notYet', afterMs: answer.afterMs ?? null } : { kind: 'answer', answer }
    } catch (thrown) {
      if (thrown instanceof LedgerUnavailableError) throw thrown
      const { HANDLER_TIMEOUT } = engineErrors
      const error = deadline.signal.aborted ? { errorCode: HANDLER_TIMEOUT, message: HANDLER_TIMEOUT.sentence } : classifyError(thrown)
      if (row.resource !== undefined) {
        if (error.errorCode.kind === 'throttled' && error.afterMs !== undefined) await resources.pause(row.resource, error.afterMs)
        if (thrown instanceof SystemicError) await resources.noteSystemic({ resource: row.resource, uuid: run.uuid, error })
      }
      return { kind: 'error', error }
    } finally {
      clearTimeout(timer)
    }
  }

  /** An answer that cannot be carried out (its own writes were refused, its outcome is unknown) is judged like an error of the handler. */
  async function carryOut(tried: Tried): Promise<JobFate> {
    try {
      return await judge(tried)
    } catch (error) {
      if (tried.happened.kind === 'error' || error instanceof LedgerUnavailableError) throw error
      return judge({ ...tried, happened: { kind: 'error', error: classifyError(error) } })
    }
  }

  async function judge({ run, job, happened, startedAt }: Tried): Promise<JobFate> {
    const now = clock.now()
    const decision = decide({
      process,
      run,
      happened,
      looks: job.looks,
      durationMs: now - startedAt,
      now,
      random: deps.random(),
      newId: deps.newId,
    })
    switch (decision.kind) {
      case 'wait':
        return wait(run, decision)
      case 'retry':
        return retry(run, decision)
      case 'advance':
        return advance({ run, decision, durationMs: now - startedAt })
    }
  }

  async function wait(run: Run, { delayMs, event }: Extract<Decision, { kind: 'wait' }>): Promise<JobFate> {
    if (event) await deps.ledger.append(event, { once: true })
    notify({ kind: 'waited', run: nameOf(run), delayMs, errorCode: event?.errorCode ?? null, message: event?.errorMessage ?? null })
    return { kind: 'delayed', delayMs }
  }

  async function retry(run: Run, { transition, delayMs }: Extract<Decision, { kind: 'retry' }>): Promise<JobFate> {
    const won = await access.commit({ transition, write: null, start: [], jobs: [] })
    // Another try of the same version has counted already; it keeps the job's time, too.
    if (!won) return { kind: 'delayed', delayMs }
    const { attempt, errorCode, errorMessage } = transition
    notify({ kind: 'retried', run: nameOf(run), attempt, delayMs, errorCode: errorCode ?? '', message: errorMessage ?? '' })
    return { kind: 'delayed', delayMs }
  }

  async function advance({
    run,
    decision,
    durationMs: tookMs,
  }: {
    readonly run: Run
    readonly decision: Extract<Decision, { kind: 'advance' }>
    readonly durationMs: number
  }): Promise<JobFate> {
    const { transition, write, start, next, failure } = decision
    const started = start.map((one) => prepareRun({ ...one, parent: run, now: transition.updatedAt, newId: deps.newId }))
    const jobs: StateJob[] = [
      ...(next ? [{ process: process.name, uuid: run.uuid, version: transition.version, priority: run.priority, ...next }] : []),
      ...started.map(({ uuid, process: name, state: first, priority, dueAt }) => ({
        process: name,
        state: first,
        uuid,
        version: 1,
        priority,
        delayMs: dueAt - transition.updatedAt,
      })),
    ]
    const won = await access.commit({ transition, write, start: started, jobs })
    if (!won) {
      await recordSuperseded(run, transition.events.at(-1))
      return { kind: 'done' }
    }
    notify({ kind: 'advanced', run: nameOf(run), to: transition.state, durationMs: tookMs, errorCode: transition.errorCode })
    return failure ? { kind: 'failed', code: failure.errorCode.code, sentence: failure.errorCode.sentence } : { kind: 'done' }
  }

  async function recordSuperseded(run: Run, event: RunEvent | undefined): Promise<void> {
    notify({ kind: 'superseded', run: { uuid: run.uuid, version: run.version }, effect: true })
    if (event) await deps.ledger.append({ ...event, status: 'superseded' })
  }
}

function workFor({ run, job, now, signal }: { run: Run; job: JobToWork; now: EpochMs; signal: AbortSignal }): AnyWork {
  const { uuid, groupUuid, input, result, pollingUuid, attempt, stateSince } = run
  const isFirstTry = attempt === 0 && job.looks === 0
  return { uuid, groupUuid, input, result, pollingUuid, attempt, isFirstTry, stateSince, now, signal }
}

/** A notice must not carry the run itself: its input and its subject are personal data. */
function nameOf({ uuid, process: name, state, version }: Run): RunName {
  return { uuid, process: name, state, version }
}
