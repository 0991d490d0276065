import { type HandlerOf, notYetFor, type RunQueries, TransientError } from '@rollcall/engine'
import { alertErrors } from '../../errors.ts'
import type { AlertLog } from '../../log.ts'
import type { Webhook, WebhookMessage } from '../../ports/webhook.ts'
import { runbookOfRule } from '../../rules.ts'
import { type AlertNotification, type AlertNotificationInput, alertNotification, notificationSubject } from '../process.ts'

const AFTER_ITS_ALERT_MS = 60_000
/** However long a receiver asks us to wait. */
const LONGEST_WAIT_MS = 3_600_000

export interface NotifyPorts {
  /** Null: alerts are told to the log only. */
  readonly webhook: Webhook | null
  /** ROLLCALL_NAMESPACE, which tells fleets apart that have one receiver. */
  readonly fleet: string
  readonly queries: Pick<RunQueries, 'list'>
  readonly log: AlertLog
}

export function createNotify({ webhook, fleet, queries, log }: NotifyPorts): HandlerOf<AlertNotification, 'NOTIFY'> {
  return async ({ input, now, signal }) => {
    const { alertId, change, rule, subject, severity, summary } = input
    const fields = { alert: alertId, change, rule, subject, severity, summary }
    if (webhook === null) {
      log('info', fields, 'no webhook is set for alerts: this one stands in the log and in the database')
      return { outcome: 'logged' }
    }
    if (change === 'resolved' && (await isStillToBeTold(alertId))) return notYetFor(AFTER_ITS_ALERT_MS)
    const answer = await webhook.send({ message: messageOf(input, fleet), now, signal })
    if (answer.kind === 'delivered') {
      log('info', fields, 'an alert was delivered')
      return { outcome: 'delivered' }
    }
    if (answer.retryAfterMs !== null) return notYetFor(Math.min(answer.retryAfterMs, LONGEST_WAIT_MS))
    throw new TransientError(alertErrors.ALERT_NOT_DELIVERED, answer.why)
  }

  /** Nobody is told that something is over before being told that it is. */
  async function isStillToBeTold(alertId: string): Promise<boolean> {
    const subjectId = notificationSubject({ alertId, change: 'firing' })
    const { runs } = await queries.list({ process: alertNotification.name, subjectId }, { after: null, limit: 1 })
    return runs.some(({ dueAt }) => dueAt !== null)
  }
}

function messageOf({ alertId, change, startedAt, changedAt, ...said }: AlertNotificationInput, fleet: string): WebhookMessage {
  const { rule, subject, severity, summary, value, threshold } = said
  return {
    // The same in every try: whoever gets a delivery twice knows it by this.
    id: `alert_${alertId}_${change}`,
    body: {
      type: `alert.${change}`,
      timestamp: new Date(changedAt).toISOString(),
      data: {
        fleet,
        alertId,
        rule,
        subject,
        severity,
        summary,
        value,
        threshold,
        startedAt: new Date(startedAt).toISOString(),
        resolvedAt: change === 'resolved' ? new Date(changedAt).toISOString() : null,
        runbook: runbookOfRule(rule),
      },
    },
  }
}
