// Sends one signed webhook. What must always hold: it is signed anew for every try, since a receiver refuses what was signed long ago; no
// redirect is followed with it; and nothing of the answer but its status goes into a log.
import { Webhook } from 'standardwebhooks'

export interface OutgoingWebhook {
  readonly id: string
  readonly body: string
  readonly at: number
  /** Ends the try. */
  readonly signal: AbortSignal
}

export type SendResult =
  | { readonly kind: 'delivered' }
  /** The receiver has had it before. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'failed'; readonly error: string }

export type SendWebhook = (webhook: OutgoingWebhook) => Promise<SendResult>

const TIMEOUT_MS = 10_000
const REPEATED = 409

export function createWebhookSender({ url, secret }: { readonly url: string; readonly secret: string }): SendWebhook {
  const webhook = new Webhook(secret)

  return async ({ at, body, id, signal }) => {
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at / 1_000)),
      'webhook-signature': webhook.sign(id, new Date(at), body),
    }
    try {
      const within = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
      const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: within })
      await answer.body?.cancel()
      if (answer.ok) return { kind: 'delivered' }
      return answer.status === REPEATED ? { kind: 'repeated' } : { kind: 'failed', error: `HTTP ${answer.status}` }
    } catch (error) {
      return { kind: 'failed', error: failureOf(error) }
    }
  }
}

/** fetch hides the network's own code in the cause. */
function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name
}
