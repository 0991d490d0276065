// Whether a delivery is from whom it says (Standard Webhooks). What must always hold: nothing of the body is parsed before its signature was found
// right, over the very bytes that came, and signed lately.
import { timingSafeEqual } from 'node:crypto'
import type { EpochMs } from '@rollcall/engine'
import { refusal } from '@rollcall/platform/http'
import { Webhook } from 'standardwebhooks'
import { apiErrors } from '../problems/api-errors.ts'

/** How far the time of signing may be from ours. */
const TOLERANCE_MS = 300_000

const ID = /^[\x21-\x7e]{1,200}$/
const SECONDS = /^\d{1,11}$/

type Headers = Readonly<Record<string, string | string[] | undefined>>

export interface Delivery {
  readonly headers: Headers
  readonly body: Buffer
}

export interface Verified {
  /** The sender's own id: a repetition has the same. */
  readonly id: string
  readonly text: string
}

/**
 * @param secrets any of them will do: while they are changed, two are in use
 * @returns a function that throws ProblemError PUSH_NOT_SET_UP, PUSH_NOT_SIGNED, PUSH_OUT_OF_TIME
 */
export function createVerifyDelivery(secrets: readonly string[]): (delivery: Delivery & { readonly now: EpochMs }) => Verified {
  const webhooks = secrets.map((secret) => new Webhook(secret))

  return ({ headers, body, now }) => {
    if (webhooks.length === 0) throw refusal(apiErrors.PUSH_NOT_SET_UP)
    const [id, seconds, signatures] = [headers['webhook-id'], headers['webhook-timestamp'], headers['webhook-signature']]
    if (typeof id !== 'string' || !ID.test(id) || typeof seconds !== 'string' || !SECONDS.test(seconds) || typeof signatures !== 'string')
      throw refusal(apiErrors.PUSH_NOT_SIGNED, { detail: 'Send webhook-id, webhook-timestamp and webhook-signature.' })
    const text = decode(body)
    const signedAt = Number(seconds) * 1_000
    const sent = signatures.split(' ')
    // The library's own `verify` asks the machine's clock.
    const isOurs = webhooks.some((webhook) => {
      const expected = webhook.sign(id, new Date(signedAt), text)
      return sent.some((one) => isSame(one, expected))
    })
    if (!isOurs) throw refusal(apiErrors.PUSH_NOT_SIGNED)
    if (Math.abs(now - signedAt) > TOLERANCE_MS) throw refusal(apiErrors.PUSH_OUT_OF_TIME)
    return { id, text }
  }
}

/** Other bytes must not become the text that was signed. */
function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw refusal(apiErrors.PUSH_NOT_SIGNED, { detail: 'The body is not UTF-8.' })
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
