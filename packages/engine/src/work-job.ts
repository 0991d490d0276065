// Works one job: load the run, call the handler, let `decide` judge, carry the judgement out. It has no rules of its own.
// What must always hold: a job whose version is not the ledger's touches nothing; whatever the handler did outside is recorded, even if the
// run had moved on meanwhile; not being able to reach SQL or Redis never counts against the run.
import { createCallHandler } from './call-handler.ts'
import { classifyError } from './classify-error.ts'
import type { Clock } from './clock.ts'
import { type Decision, decide } from './decide.ts'
import type { StateJob } from './dispatcher.ts'
import { engineErrors, LedgerUnavailableError } from './errors.ts'
import { type AnyHandler, CameAfterAllError, type RunToStart } from './handler.ts'
import type { Ledger } from './ledger.ts'
import type { LedgerAccess } from './ledger-access.ts'
import { ledgerUnreachable, type Notify, type RunName } from './notice.ts'
import { prepareRun } from './prepare-run.ts'
import { type ProcessDefinition, rowOf, servesCancelling, stateToday } from './process-table.ts'
import type { ResourceEntry, Resources } from './resources.ts'
import type { EpochMs, NewRun, Run, RunEvent } from './run.ts'
import { createStateResource } from './state-resource.ts'
import type { WorkError, WorkResult } from './work-result.ts'

/** A run may be worked this much before its time: clocks and timers are not exact. */
const DUE_TOLERANCE_MS = 50
/** How long a job waits for SQL or Redis to come back, before it asks again. */
const OUTAGE_PAUSE_MS = 5_000
/** From this stall on, each one counts as a failed try: a run that kills its workers must not do so for ever. */
const STALLS_BEFORE_COUNTING = 3

export interface JobToWork {
  readonly uuid: string
  readonly version: number
  /** How often a handler may have begun on this job before. */
  readonly tries: number
  /** How many looks found nothing so far. */
  readonly looks: number
  /** How often a worker was lost while it had this job. */
  readonly stalls: number
  /** Whether the run may have been worked in this state before the queue came by this job. */
  readonly again?: boolean
}

/** What becomes of the job in the queue. */
export type JobFate =
  | { readonly kind: 'done' }
  /** What the job is to remember: `look`, one more look that found nothing; `untried`, that no handler was called this time. */
  | { readonly kind: 'delayed'; readonly delayMs: number; readonly look?: boolean; readonly untried?: boolean }
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

interface Given {
  readonly job: JobToWork
  readonly signal: AbortSignal
  /** Whether the handler was called; what failed before that has left no mark outside. */
  readonly progress: { called: boolean }
}

interface Tried {
  readonly run: Run
  readonly job: JobToWork
  readonly happened: WorkResult
  readonly startedAt: EpochMs
  /** As what the resource let the try in; null where it was not asked. */
  readonly entry: ResourceEntry | null
}

/** Never rejects: whatever goes wrong has a fate for the job. */
export type WorkJob = (job: JobToWork, signal: AbortSignal) => Promise<JobFate>

export function createWorkJob(stateWork: StateWork, deps: WorkDeps): WorkJob {
  const { process, state } = stateWork
  const { access, clock, notify, resources } = deps
  const resource = createStateResource(rowOf(process, state), { resources, notify, outagePauseMs })
  const callHandler = createCallHandler(stateWork, { ...deps, resource })

  return async (job, signal) => {
    const progress = { called: false }
    const fate = await fateOf({ job, signal, progress })
    return fate.kind === 'delayed' && !progress.called ? { ...fate, untried: true } : fate
  }

  async function fateOf(given: Given): Promise<JobFate> {
    const { job } = given
    try {
      return await work(given)
    } catch (error) {
      if (error instanceof LedgerUnavailableError) {
        notify(ledgerUnreachable(error))
        return { kind: 'delayed', delayMs: outagePauseMs() }
      }
      // The run stands as it stood. The job shows red, and reconcile brings it back: a defect neither loses a run nor works it without end.
      const { errorCode, message } = classifyError(error)
      notify({ kind: 'unexpected', run: { uuid: job.uuid, version: job.version }, message })
      return { kind: 'failed', code: errorCode.code, sentence: errorCode.sentence }
    }
  }

  async function work({ job, signal, progress }: Given): Promise<JobFate> {
    const run = await access.read(job.uuid)
    if (!run || !isFor(job, run)) {
      notify({ kind: 'superseded', run: { uuid: job.uuid, version: job.version }, effect: false })
      if (run && job.stalls > 0) await restoreNext(job, run)
      return { kind: 'done' }
    }
    const untried = { run, job, startedAt: clock.now(), entry: null }
    if (run.cancelRequestedAt !== null && !servesCancelling(process, run.state)) {
      return carryOut({ ...untried, happened: { kind: 'cancelled' } })
    }
    const earlyByMs = (run.dueAt ?? 0) - clock.now()
    if (earlyByMs > DUE_TOLERANCE_MS) return { kind: 'delayed', delayMs: earlyByMs }
    if (job.stalls >= STALLS_BEFORE_COUNTING && job.stalls - STALLS_BEFORE_COUNTING >= run.attempt) {
      const { WORKER_DIED } = engineErrors
      return carryOut({ ...untried, happened: failure({ errorCode: WORKER_DIED, message: WORKER_DIED.sentence }) })
    }
    const entry = await resource.enter(run)
    if (entry !== null && 'error' in entry) return carryOut({ ...untried, happened: failure(entry.error) })
    if (entry?.kind === 'wait') {
      notify({ kind: 'waited', run: nameOf(run), delayMs: entry.ms, errorCode: null, message: null })
      return { kind: 'delayed', delayMs: entry.ms }
    }
    // Whoever took the job away may be working on it already: what has not begun is left to him.
    if (signal.aborted) return carryOut({ ...untried, happened: { kind: 'interrupted' } })
    const startedAt = clock.now()
    progress.called = true
    const happened = await callHandler({ run, job, signal })
    const fate = await carryOut({ run, job, happened, startedAt, entry })
    // After the answer is safe: that it got through is news for the gate, not for the run.
    if (happened.kind === 'answer' || happened.kind === 'notYet') await resource.tellSuccess(entry)
    return fate
  }

  /** Its worker died after the commit and perhaps before the enqueue: what should follow is put back now, not when reconcile comes by. */
  async function restoreNext(job: JobToWork, run: Run): Promise<void> {
    const today = stateToday(process, run.state)
    if (run.process !== process.name || run.version <= job.version || run.dueAt === null || today === null) return
    const { uuid, version, priority, dueAt } = run
    await access.restore({
      process: process.name,
      state: today,
      uuid,
      version,
      priority,
      delayMs: Math.max(0, dueAt - clock.now()),
      again: true,
    })
  }

  /** A job that says another version, or that stands in a queue where its run does not belong, is nobody's work. */
  function isFor(job: JobToWork, run: Run): boolean {
    if (run.version !== job.version || run.dueAt === null) return false
    return run.process === process.name && stateToday(process, run.state) === state
  }

  function outagePauseMs(): number {
    return OUTAGE_PAUSE_MS * (1 + deps.random())
  }

  /** An answer that cannot be carried out (its own writes were refused, its outcome is unknown) is judged like an error of the handler. */
  async function carryOut(tried: Tried): Promise<JobFate> {
    const { happened } = tried
    try {
      return await judge(tried)
    } catch (error) {
      if (happened.kind === 'error' || error instanceof LedgerUnavailableError) throw error
      if (error instanceof CameAfterAllError) return { kind: 'delayed', delayMs: 0 }
      const answer = happened.kind === 'answer' ? { answer: happened.answer } : {}
      return judge({ ...tried, happened: { ...failure(classifyError(error)), ...answer } })
    }
  }

  async function judge({ run, job, happened, startedAt, entry }: Tried): Promise<JobFate> {
    const now = clock.now()
    const durationMs = Math.max(0, now - startedAt)
    const decision = decide({
      process,
      run,
      happened,
      looks: job.looks,
      durationMs,
      resourceClosed: entry?.kind === 'open' && entry.probe,
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
        return advance({ run, decision, durationMs })
    }
  }

  async function wait(run: Run, { delayMs, event, look }: Extract<Decision, { kind: 'wait' }>): Promise<JobFate> {
    if (event) await deps.ledger.append(event, { once: true })
    notify({ kind: 'waited', run: nameOf(run), delayMs, errorCode: event?.errorCode ?? null, message: event?.errorMessage ?? null })
    return { kind: 'delayed', delayMs, look }
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
    durationMs,
  }: {
    readonly run: Run
    readonly decision: Extract<Decision, { kind: 'advance' }>
    readonly durationMs: number
  }): Promise<JobFate> {
    const { transition, write, start, next, failure } = decision
    const started = start.map((one) => newRun(one, { parent: run, now: transition.updatedAt }))
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
    notify({ kind: 'advanced', run: nameOf(run), to: transition.state, durationMs, errorCode: transition.errorCode })
    return failure ? { kind: 'failed', code: failure.errorCode.code, sentence: failure.errorCode.sentence } : { kind: 'done' }
  }

  /** What a handler hands over is held to the same schema as what a caller sends. @throws ZodError */
  function newRun({ process: starts, input, uuid, priority }: RunToStart, from: { readonly parent: Run; readonly now: EpochMs }): NewRun {
    const run = prepareRun({ process: starts, input: starts.input.parse(input), newId: () => uuid ?? deps.newId(), ...from })
    return priority === undefined ? run : { ...run, priority }
  }

  async function recordSuperseded(run: Run, event: RunEvent | undefined): Promise<void> {
    const answered = event && (event.status === 'success' || event.submittedData !== null || event.receivedData !== null)
    notify({ kind: 'superseded', run: { uuid: run.uuid, version: run.version }, effect: answered === true })
    if (answered) await deps.ledger.append({ ...event, status: 'superseded' })
  }
}

function failure(error: WorkError): Extract<WorkResult, { kind: 'error' }> {
  return { kind: 'error', error }
}

/** A notice must not carry the run itself: its input and its subject are personal data. */
function nameOf({ uuid, process: name, state, version }: Run): RunName {
  return { uuid, process: name, state, version }
}
