// Sends signed messages as standardwebhooks.com says, so that receivers need no code of ours to check them. What must always hold: a message
// is signed with the time of the try, since receivers refuse old ones; what is signed for one address goes to no other; neither the address,
// which may hold a token, nor what the receiver wrote is quoted anywhere.
import type { EpochMs, JsonObject } from '@rollcall/engine'
import { Webhook as Signer } from 'standardwebhooks'

const TIMEOUT_MS = 10_000

export interface WebhookMessage {
  /** The same in every try: receivers know a repetition by it. */
  readonly id: string
  /** A text is sent as it is. */
  readonly body: JsonObject | string
}

export type WebhookAnswer =
  /** 2xx. */
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'refused'
      /** Null where it could not be reached. */
      readonly status: number | null
      /** As the receiver asked; null where it did not. */
      readonly retryAfterMs: number | null
      /** A sentence for the log and the history. */
      readonly why: string
    }

export interface Webhook {
  /** Never rejects for what the receiver or the network does. */
  send(sending: { readonly message: WebhookMessage; readonly now: EpochMs; readonly signal: AbortSignal }): Promise<WebhookAnswer>
}

export interface WebhookOptions {
  readonly url: string
  /** `whsec_` and base64. */
  readonly secret: string
  readonly fetch?: typeof globalThis.fetch
  /** @defaultValue 10 s */
  readonly timeoutMs?: number
}

export function createWebhook({ url, secret, fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS }: WebhookOptions): Webhook {
  const signer = new Signer(secret)
  return {
    async send({ message: { id, body }, now, signal }) {
      const payload = typeof body === 'string' ? body : JSON.stringify(body)
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now / 1_000)),
        'webhook-signature': signer.sign(id, new Date(now), payload),
      }
      try {
        const answer = await fetch(url, {
          ...{ method: 'POST', headers, body: payload, redirect: 'manual' },
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        })
        await answer.body?.cancel()
        if (answer.ok) return { kind: 'delivered' }
        const { status } = answer
        return { kind: 'refused', status, retryAfterMs: retryAfterMs(answer, now), why: `It answered ${status}.` }
      } catch (error) {
        return { kind: 'refused', status: null, retryAfterMs: null, why: `It could not be reached (${reasonOf(error)}).` }
      }
    },
  }
}

function retryAfterMs({ headers }: Response, now: EpochMs): number | null {
  const asked = headers.get('retry-after')
  if (asked === null) return null
  const ms = /^\d+$/.test(asked) ? Number(asked) * 1_000 : Date.parse(asked) - now
  return Number.isFinite(ms) && ms > 0 ? ms : null
}

/** The code of a socket's error, or the class: the message of either may name the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const cause: unknown = error.cause
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null
  return code ?? error.name
}
