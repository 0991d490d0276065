import type { Webhook } from '@rollcall/alerts/handlers'
import { createWebhook } from '@rollcall/platform'
import type { AlertsEnv } from './alerts-env.ts'

/** Whom alerts and the heartbeat of the alerts are sent to; null: nobody. */
export function webhooksOf(env: Pick<AlertsEnv, 'ALERT_HEARTBEAT_URL' | 'ALERT_WEBHOOK_SECRET' | 'ALERT_WEBHOOK_URL'>): {
  readonly webhook: Webhook | null
  readonly heartbeat: Webhook | null
} {
  const { ALERT_WEBHOOK_SECRET: secret, ALERT_WEBHOOK_URL, ALERT_HEARTBEAT_URL = ALERT_WEBHOOK_URL } = env
  const webhookTo = (url: string | undefined) => (url === undefined || secret === undefined ? null : createWebhook({ url, secret }))
  return { webhook: webhookTo(ALERT_WEBHOOK_URL), heartbeat: webhookTo(ALERT_HEARTBEAT_URL) }
}
