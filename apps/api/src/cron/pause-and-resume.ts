// Pausing and resuming a run of a job. What must always hold: the order and its audit row are written together; a run keeps its cursor; whoever
// orders twice changes nothing the second time.
import { engineErrors, type Order, type Run, type ScheduleDefinition, sendSignal } from '@rollcall/engine'
import { refusal } from '@rollcall/platform/http'
import { SYNC_JOBS, type SyncJob } from '@rollcall/status-sync'
import { apiErrors } from '../problems/api-errors.ts'
import type { CronDeps } from './cron-deps.ts'
import { awaitedSignal, canPause, RESUME } from './job-signals.ts'
import { inputOf } from './sync-run-view.ts'

export interface RunOrder extends Order {
  readonly run: Run
  readonly definition: ScheduleDefinition
  /** The version of the run that the caller saw: an answer is for that stay, and for no later one. @defaultValue that of now */
  readonly expectedVersion?: number | undefined
}

/** It rests behind the batch that is just being written. @throws ProblemError JOB_CANNOT_PAUSE */
export async function pauseRun({ run, definition, ...order }: RunOrder, deps: CronDeps): Promise<void> {
  const { process } = definition
  if (!canPause(process)) throw refusal(apiErrors.JOB_CANNOT_PAUSE)
  if (awaitedSignal(process, run.state) === RESUME) return
  const { trigger, dryRun, config } = inputOf(run)
  // A run that waits in its queue has not begun its own row yet; it finds this one.
  const begun = { runUuid: run.uuid, job: syncJobOf(definition), trigger, dryRun, config, startedAt: deps.clock.now() }
  const { pauseAskedBy } = await deps.syncRuns.begin(begun)
  if (pauseAskedBy === null) await askPause({ run, by: order.actor, action: 'run.pause', ...order }, deps)
}

/** Takes a request to pause back, or lets a run that rests go on. @throws TerminalError NOT_WAITING, where it does neither; RUN_CHANGED */
export async function resumeRun({ run, definition, expectedVersion, ...order }: RunOrder, deps: CronDeps): Promise<void> {
  const { process } = definition
  if (awaitedSignal(process, run.state) !== RESUME && (await deps.syncRuns.find(run.uuid))?.pauseAskedBy) {
    const isLater = expectedVersion !== undefined && run.version !== expectedVersion
    // What the caller asked for may have been carried out before; this pause is another one.
    if (isLater) throw refusal(engineErrors.RUN_CHANGED, { detail: `It stands at version ${run.version}, not ${expectedVersion}.` })
    await askPause({ run, by: null, action: 'run.resume', ...order }, deps)
    const [now] = await deps.ledger.read([run.uuid])
    // It may have come to rest just before, by the pause that was taken back.
    if (!now || awaitedSignal(process, now.state) !== RESUME) return
    return answerRun({ run: now, signal: RESUME, outcome: 'resumed', expectedVersion: now.version, ...order }, deps)
  }
  return answerRun({ run, signal: RESUME, outcome: 'resumed', expectedVersion, ...order }, deps)
}

interface Answer extends Omit<RunOrder, 'definition'> {
  readonly signal: string
  readonly outcome: string
}

/**
 * Sends what a run waits for. Of several who answer the same stay, the first is heard. Who says which version he saw may repeat himself: what was
 * heard once is answered as it was then, and means no later stay.
 * @throws TerminalError NOT_WAITING, SIGNAL_KEY_TAKEN, RUN_ENDED, RUN_CHANGED
 */
export async function answerRun({ run, signal, outcome, actor, reason, expectedVersion }: Answer, deps: CronDeps): Promise<void> {
  const [now] = await deps.ledger.read([run.uuid])
  const key = `${signal}-${expectedVersion ?? (now ?? run).version}`
  await sendSignal({ uuid: run.uuid, name: signal, key, outcome, actor, reason, expectedVersion }, deps)
}

async function askPause(
  { run, by, action, actor, reason }: { readonly run: Run; readonly by: string | null; readonly action: string } & Order,
  { accountOrders, clock, newId }: CronDeps,
): Promise<void> {
  const audit = {
    ...{ id: newId(), at: clock.now(), actor, action, targetType: 'run', targetId: run.uuid, reason },
    details: { state: run.state, version: run.version },
  }
  await accountOrders.askPause({ runUuid: run.uuid, by, audit })
}

/** @throws Error for a schedule that is none of the jobs that keep sync runs */
function syncJobOf({ name }: ScheduleDefinition): SyncJob {
  const job = SYNC_JOBS.find((one) => one === name)
  if (!job) throw new Error(`${name} keeps no sync runs.`)
  return job
}
