import { z } from 'zod'

/** What Standard Webhooks ask of a secret: 24 to 64 random bytes. */
const FEWEST_BYTES = 24
const MOST_BYTES = 64
export const WEBHOOK_SECRET_FORM = `whsec_ and ${FEWEST_BYTES} to ${MOST_BYTES} bytes in base64`

/** A secret that webhooks are signed with, as both sides must have it. */
export const webhookSecretSetting = z.string().refine(isWebhookSecret, { error: `expected ${WEBHOOK_SECRET_FORM}` })

export function isWebhookSecret(text: string): boolean {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1]
  if (base64 === undefined) return false
  const bytes = Buffer.from(base64, 'base64')
  return bytes.toString('base64') === base64 && bytes.length >= FEWEST_BYTES && bytes.length <= MOST_BYTES
}
