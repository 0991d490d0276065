import { msSetting, webhookSecretSetting } from '@rollcall/platform'
import { z } from 'zod'

/** Without a user in it: fetch would refuse it at every delivery. */
function isWebAddress(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}

function addressSetting(description: string) {
  return z
    .string()
    .refine(isWebAddress, { error: 'expected an address that begins with https:// and names no user' })
    .optional()
    .describe(description)
}

/** How worker-sync judges the fleet, and whom it tells. */
export const alertsEnv = {
  ALERTS_EVERY_MS: msSetting({
    standard: 30_000,
    min: 100,
    max: 3_600_000,
    description: 'How often the rules for alerts are judged.',
  }),
  ALERT_WEBHOOK_URL: addressSetting(
    'Where alerts are sent, as https://www.standardwebhooks.com says. Without it they stand in the log and in `rollcall alerts` only.',
  ),
  ALERT_WEBHOOK_SECRET: webhookSecretSetting
    .optional()
    .describe(
      'The secret that alerts are signed with, shared with their receiver; needed where ALERT_WEBHOOK_URL or ALERT_HEARTBEAT_URL is set.',
    ),
  ALERT_HEARTBEAT_URL: addressSetting(
    'Where the fleet says from time to time that alerts would come through; by default ALERT_WEBHOOK_URL. Whoever does not hear of it must look.',
  ),
  ALERT_HEARTBEAT_EVERY_MS: msSetting({
    standard: 300_000,
    min: 100,
    max: 86_400_000,
    description: 'How often the fleet says that alerts would come through.',
  }),
}

export type AlertsEnv = z.output<z.ZodObject<typeof alertsEnv>>

/** An address without a secret would be a receiver that cannot tell us from anybody else. */
export function hasSecretWhereNeeded({ ALERT_HEARTBEAT_URL, ALERT_WEBHOOK_SECRET, ALERT_WEBHOOK_URL }: AlertsEnv): boolean {
  return ALERT_WEBHOOK_SECRET !== undefined || (ALERT_WEBHOOK_URL === undefined && ALERT_HEARTBEAT_URL === undefined)
}
