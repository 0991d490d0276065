// Turns what the engine tells into log lines and metrics. A poll that finds nothing yet makes no noise; an outage, which every job meets,
// makes one line per while.
import type { Notice, Notify } from '@rollcall/engine'
import { isEnding, SKIPS_TO_ALERT } from '@rollcall/engine'
import { CANARY_PROCESS } from './canary/process.ts'
import type { Logger } from './create-logger.ts'
import type { Metrics } from './create-metrics.ts'

/** Every job of an outage would tell of it; a line in this time is enough. */
const OUTAGE_LINE_EVERY_MS = 10_000

type NoticeOf<Kind extends Notice['kind']> = Extract<Notice, { kind: Kind }>

export interface NotifyDeps {
  readonly logger: Logger
  readonly metrics: Metrics
  /** @defaultValue the machine's steady clock, in milliseconds */
  readonly elapsed?: () => number
}

export function createNotify({ logger, metrics, elapsed = () => performance.now() }: NotifyDeps): Notify {
  const lastOutageLine = new Map<string, number>()

  return (notice) => {
    switch (notice.kind) {
      case 'advanced':
        return advanced(notice)
      case 'retried':
        return retried(notice)
      case 'waited':
        return waited(notice)
      case 'superseded':
        return superseded(notice)
      case 'queueUnreachable':
        return outage(notice, 'the queue cannot be reached; reconcile will enqueue what is missing')
      case 'ledgerUnreachable':
        return outage(notice, 'the ledger cannot be reached; jobs wait until it can')
      case 'tokensTaken':
        return void metrics.resourceTokens.inc({ resource: notice.resource, lane: notice.lane }, notice.tokens)
      case 'resourceClosed':
        return resourceClosed(notice)
      case 'resourceReopened':
        return resourceReopened(notice)
      case 'ticked':
        return ticked(notice)
      case 'reconciled':
        return reconciled(notice)
      case 'approvalNeeded':
        return held(notice, 'a run waits for an approval')
      case 'pushesHeld':
        return held(notice, 'pushes are held back until the next sync')
      case 'unexpected':
        return unexpected(notice)
    }
  }

  function advanced({ run, to, durationMs, errorCode }: NoticeOf<'advanced'>): void {
    const { process, state } = run
    metrics.transitions.inc({ process, state, to })
    metrics.handlerSeconds.observe({ process, state }, durationMs / 1_000)
    const fields = { run: run.uuid, process, state, to, durationMs, ...(errorCode !== null && { code: errorCode }) }
    // The ledger has every step; what an operator reads along are the endings.
    if (!isEnding(to) || process === CANARY_PROCESS) logger.debug(fields, 'run advanced')
    else if (to === 'FAILED') logger.warn(fields, 'run failed')
    else logger.info(fields, 'run ended')
  }

  function retried({ run, attempt, delayMs, errorCode, message }: NoticeOf<'retried'>): void {
    const { process, state, uuid } = run
    metrics.retries.inc({ process, state, code: errorCode })
    logger.warn({ run: uuid, process, state, attempt, delayMs, code: errorCode, detail: message }, 'try failed; will try again')
  }

  function waited({ run, delayMs, errorCode }: NoticeOf<'waited'>): void {
    const { process, state, uuid } = run
    metrics.waits.inc({ process, state, code: errorCode ?? '' })
    logger.debug({ run: uuid, process, state, delayMs, ...(errorCode !== null && { code: errorCode }) }, 'not yet')
  }

  function superseded({ run, effect }: NoticeOf<'superseded'>): void {
    metrics.superseded.inc({ effect: String(effect) })
    const fields = { run: run.uuid, version: run.version }
    if (effect) logger.warn(fields, 'work came too late to count; its effect is in the history')
    else logger.debug(fields, 'job was superseded')
  }

  function outage(notice: NoticeOf<'queueUnreachable' | 'ledgerUnreachable'>, message: string): void {
    const what = notice.kind === 'queueUnreachable' ? 'queue' : 'ledger'
    metrics.unreachable.inc({ what })
    const last = lastOutageLine.get(what)
    if (last !== undefined && elapsed() - last < OUTAGE_LINE_EVERY_MS) return
    lastOutageLine.set(what, elapsed())
    logger.warn({ detail: notice.message }, message)
  }

  function resourceClosed({ resource, errorCode, cause }: NoticeOf<'resourceClosed'>): void {
    metrics.resourceClosed.set({ resource }, 1)
    logger.error({ resource, code: errorCode, detail: cause }, 'resource closed: everybody gets this error; it is probed from time to time')
  }

  function resourceReopened({ resource, closedForMs }: NoticeOf<'resourceReopened'>): void {
    metrics.resourceClosed.set({ resource }, 0)
    logger.warn({ resource, closedForMs }, 'resource reopened')
  }

  function held({ run, message }: NoticeOf<'approvalNeeded' | 'pushesHeld'>, what: string): void {
    logger.warn({ run: run.uuid, version: run.version, detail: message }, what)
  }

  function unexpected({ run, message }: NoticeOf<'unexpected'>): void {
    metrics.unexpected.inc()
    logger.error(
      { ...(run && { run: run.uuid, version: run.version }), detail: message },
      'something unexpected happened; a person must look',
    )
  }

  function ticked({ schedule, dueAt, outcome, runUuid, missed, skippedInRow }: NoticeOf<'ticked'>): void {
    metrics.scheduleTicks.inc({ schedule, outcome })
    metrics.scheduleMissed.inc({ schedule }, missed)
    const fields = { schedule, dueAt: new Date(dueAt).toISOString(), run: runUuid, ...(missed > 0 && { missed }) }
    if (outcome === 'started' && missed > 0) logger.warn(fields, 'schedule started a run, which makes up for due times that nobody served')
    else if (outcome === 'started') logger.info(fields, 'schedule started a run')
    else if (skippedInRow < SKIPS_TO_ALERT) logger.warn({ ...fields, skippedInRow }, 'schedule skipped a tick: its run is still going')
    else logger.error({ ...fields, skippedInRow }, 'schedule skips tick after tick: look at the run that is still going')
  }

  function reconciled({ examined, restored, flushed }: NoticeOf<'reconciled'>): void {
    metrics.reconcilePasses.inc({ flushed: String(flushed) })
    metrics.reconcileRepairs.inc(restored)
    const fields = { examined, restored, flushed }
    if (flushed && restored > 0) logger.warn(fields, 'the queue had been away or had lost its memory, and was filled again from the ledger')
    else if (restored > 0) logger.warn(fields, 'jobs were missing in the queue and were put back')
    else logger.debug(fields, 'queue and ledger agree')
  }
}
