import { defineProcess } from '@rollcall/engine'
import { z } from 'zod'
import { ALERT_SEVERITIES } from '../rules.ts'

export const AlertNotificationInput = z.object({
  alertId: z.string(),
  change: z.enum(['firing', 'resolved']),
  rule: z.string(),
  subject: z.string(),
  severity: z.enum(ALERT_SEVERITIES),
  summary: z.string(),
  value: z.number(),
  threshold: z.number(),
  /** Milliseconds since 1970. */
  startedAt: z.int(),
  /** When it fired or was resolved. */
  changedAt: z.int(),
})
export type AlertNotificationInput = z.infer<typeof AlertNotificationInput>

/** Tells of one change of one alert: to the webhook if there is one, and to the log. */
export const alertNotification = defineProcess({
  name: 'alert-notification',
  input: AlertNotificationInput,
  correctable: false,
  about: ({ alertId, change }) => ({
    type: 'ALERT_NOTIFICATION',
    subjectId: notificationSubject({ alertId, change }),
    subjectName: null,
    scopeId: null,
  }),
  start: 'NOTIFY',
  states: {
    NOTIFY: {
      worker: 'sync',
      // A receiver that is away is nobody's failed try: it is asked again until it would be of no use any more.
      poll: { first: '5s', factor: 2, max: '5m', giveUpAfter: '3d' },
      next: { delivered: 'COMPLETED', logged: 'COMPLETED' },
    },
  },
})
export type AlertNotification = typeof alertNotification

/** One per change of an alert. */
export function notificationSubject({ alertId, change }: Pick<AlertNotificationInput, 'alertId' | 'change'>): string {
  return `${alertId}:${change}`
}
