import type { EpochMs, JsonObject } from '@rollcall/engine'

export interface WebhookMessage {
  /** The same in every try: receivers know a repetition by it. */
  readonly id: string
  readonly body: JsonObject
}

export type WebhookAnswer =
  | { readonly kind: 'delivered' }
  /** `retryAfterMs`: as the receiver asked; null where it did not. `why`: for the log and the history; it quotes neither the address nor the receiver. */
  | { readonly kind: 'refused'; readonly retryAfterMs: number | null; readonly why: string }

/** Whoever is told of alerts. `@rollcall/platform` signs and sends. */
export interface Webhook {
  /** Never rejects for what the receiver or the network does. */
  send(sending: { readonly message: WebhookMessage; readonly now: EpochMs; readonly signal: AbortSignal }): Promise<WebhookAnswer>
}
