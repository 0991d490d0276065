// One look at everything that the rules measure, and what follows from it. What must always hold: a rule whose measure failed is not judged, so
// that an outage resolves nothing; whoever is killed between any two lines leaves alerts that the next look goes on with; a change that is
// committed is told, since the run that tells of it commits with it.
import {
  type Clock,
  type Dispatcher,
  type EpochMs,
  type NewRun,
  type Notify,
  prepareRun,
  priorityOf,
  queueUnreachable,
} from '@rollcall/engine'
import { type AlertNotificationInput, alertNotification } from './alert-notification/process.ts'
import { judge } from './judge.ts'
import type { AlertLog } from './log.ts'
import type { Alert, Alerts, NewAlert, Seen } from './ports/alerts.ts'
import { ALERT_RULE_NAMES, ALERT_RULES, type AlertRule, type AlertRuleName, isAlertRule, type Sample } from './rules.ts'

/** Per rule, what it measures now. A subject of which nothing is said is at 0. */
export type AlertMeasures = { readonly [Rule in AlertRuleName]: () => Promise<readonly Sample[]> }

export interface Evaluation {
  readonly samples: readonly (Sample & { readonly rule: AlertRuleName })[]
  /** The rules that could not be judged. */
  readonly failures: readonly { readonly rule: AlertRuleName; readonly error: unknown }[]
  /** How many alerts have fired and are not over. */
  readonly open: number
}

export interface EvaluateDeps {
  readonly alerts: Alerts
  readonly measures: AlertMeasures
  readonly dispatcher: Pick<Dispatcher, 'enqueue'>
  readonly clock: Clock
  readonly newId: () => string
  readonly notify: Notify
  readonly log: AlertLog
}

/** An alert of a rule that this release does not know, such as one of a later release, is not another evaluator's for longer than this. */
const ORPHAN_AFTER_MS = 86_400_000
/** The column's length. */
const SUMMARY_LENGTH = 500

export function createEvaluate({ alerts, measures, dispatcher, clock, newId, notify, log }: EvaluateDeps): () => Promise<Evaluation> {
  return async () => {
    const { samples, failures } = await measureAll()
    const now = clock.now()
    const standing = await alerts.standing()
    const judged = new Set(ALERT_RULE_NAMES.filter((rule) => !failures.some((failure) => failure.rule === rule)))
    const seen: Seen[] = []
    let open = standing.filter(({ firedAt }) => firedAt !== null).length
    for (const { rule, alert, sample } of pairsOf({ samples, standing, judged })) {
      const change = await follow({ rule, alert, sample, now, seen })
      open += change === 'fired' ? 1 : change === 'resolved' ? -1 : 0
    }
    for (const alert of standing) if (isOrphan(alert, now)) open -= (await end(alert, now)) ? 1 : 0
    if (seen.length > 0) await alerts.see(seen)
    return { samples, failures, open }
  }

  async function measureAll(): Promise<Pick<Evaluation, 'samples' | 'failures'>> {
    const measured = await Promise.allSettled(
      ALERT_RULE_NAMES.map(async (rule) => (await measures[rule]()).map((sample) => ({ ...sample, rule }))),
    )
    return {
      samples: measured.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : [])),
      failures: ALERT_RULE_NAMES.flatMap((rule, index) => {
        const outcome = measured[index]
        return outcome?.status === 'rejected' ? [{ rule, error: outcome.reason }] : []
      }),
    }
  }

  async function follow({
    rule: name,
    alert,
    sample,
    now,
    seen,
  }: Pair & { now: EpochMs; seen: Seen[] }): Promise<'fired' | 'resolved' | null> {
    const rule: AlertRule = ALERT_RULES[name]
    const { value, subject } = sample
    const summary = sentenceOf(rule, sample)
    const found = { value, summary, threshold: rule.firesAbove, severity: rule.severity, lastSeenAt: now }
    switch (judge({ rule, standing: alert, value, now })) {
      case 'nothing':
        return null
      case 'begin':
        await alerts.begin({ id: newId(), rule: name, subject, startedAt: now, ...found })
        return null
      case 'fire':
        return (await fire({ ...(alert ?? { id: newId(), rule: name, subject, startedAt: now }), ...found }, now)) ? 'fired' : null
      case 'see':
        if (alert) seen.push({ id: alert.id, value, summary, at: now })
        return null
      case 'forget':
        if (alert) await alerts.forget(alert.id)
        return null
      case 'resolve':
        return alert && (await resolve(alert, now)) ? 'resolved' : null
    }
  }

  async function fire(alert: NewAlert, at: EpochMs): Promise<boolean> {
    const notification = notificationOf(alert, { change: 'firing', at })
    if (!(await alerts.fire(alert, { at, notification }))) return false
    log(alert.severity === 'critical' ? 'error' : 'warn', fieldsOf(alert), 'an alert fires')
    await enqueue(notification)
    return true
  }

  async function resolve(alert: Alert, at: EpochMs): Promise<boolean> {
    const notification = notificationOf(alert, { change: 'resolved', at })
    if (!(await alerts.resolve({ id: alert.id, at, notification }))) return false
    log('info', { ...fieldsOf(alert), standsMs: at - alert.startedAt }, 'an alert is over')
    await enqueue(notification)
    return true
  }

  /** @returns whether an alert that had fired is over */
  async function end(alert: Alert, now: EpochMs): Promise<boolean> {
    if (alert.firedAt !== null) return resolve(alert, now)
    await alerts.forget(alert.id)
    return false
  }

  function notificationOf(alert: NewAlert, { change, at }: { change: AlertNotificationInput['change']; at: EpochMs }): NewRun {
    const { id: alertId, rule, subject, severity, summary, value, threshold, startedAt } = alert
    const input = { alertId, change, rule, subject, severity, summary, value, threshold, startedAt, changedAt: at }
    const priority = priorityOf({ lane: 'interactive', ahead: 0 })
    return prepareRun({ process: alertNotification, input, groupUuid: alertId, requestedBy: 'worker-sync', priority, now: at, newId })
  }

  /** What could not be enqueued, reconcile enqueues: the run stands. */
  async function enqueue({ process, state, uuid, priority }: NewRun): Promise<void> {
    try {
      await dispatcher.enqueue([{ process, state, uuid, version: 1, priority, delayMs: 0 }])
    } catch (error) {
      notify(queueUnreachable(error, 1))
    }
  }
}

interface Pair {
  readonly rule: AlertRuleName
  readonly alert: Alert | null
  readonly sample: Sample
}

/** Every sample with what stands of its subject, and what stands of subjects that were not heard of: they are at 0. */
function pairsOf({
  samples,
  standing,
  judged,
}: Pick<Evaluation, 'samples'> & { readonly standing: readonly Alert[]; readonly judged: ReadonlySet<AlertRuleName> }): Pair[] {
  const bySubject = new Map(standing.map((alert) => [keyOf(alert), alert]))
  const measured = new Set(samples.map(keyOf))
  const unheard = standing.flatMap((alert) => {
    const { rule, subject } = alert
    return isAlertRule(rule) && judged.has(rule) && !measured.has(keyOf(alert)) ? [{ rule, alert, sample: { subject, value: 0 } }] : []
  })
  return [...samples.map((sample) => ({ rule: sample.rule, alert: bySubject.get(keyOf(sample)) ?? null, sample })), ...unheard]
}

function keyOf({ rule, subject }: { readonly rule: string; readonly subject: string }): string {
  return `${rule}|${subject}`
}

function isOrphan({ rule, lastSeenAt }: Alert, now: EpochMs): boolean {
  return !isAlertRule(rule) && now - lastSeenAt >= ORPHAN_AFTER_MS
}

function sentenceOf(rule: AlertRule, sample: Sample): string {
  return [rule.says(sample), ...(sample.note === undefined ? [] : [sample.note])].join(' ').slice(0, SUMMARY_LENGTH)
}

function fieldsOf({ id, rule, subject, severity, summary, value, threshold }: NewAlert) {
  return { alert: id, rule, subject, severity, summary, value, threshold }
}
