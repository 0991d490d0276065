// Every request to Graph goes through `send`: gather-into-batches.ts decides when and with whom it goes, create-delivery.ts how it is sent and
// what came back. Neither waits for Graph nor repeats anything that may have been done: the queue owns both.
import { createDelivery } from './create-delivery.ts'
import { createExchange } from './create-exchange.ts'
import type { TokenSource } from './create-token-source.ts'
import { gatherIntoBatches } from './gather-into-batches.ts'
import type { Send } from './graph-request.ts'

interface TransportOptions {
  readonly baseUrl: string
  /** For the token and the exchange together. */
  readonly timeoutMs: number
  /** How long bulk calls wait for company; 0: nothing is sent together. */
  readonly windowMs: number
  /** How many batches may be under way before bulk calls are held back. */
  readonly batchesAtOnce: number
  readonly tokens: TokenSource
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}

export function createTransport({ baseUrl, timeoutMs, windowMs, batchesAtOnce, tokens, fetch, now }: TransportOptions): Send {
  const exchange = createExchange({ baseUrl, fetch })
  const deliver = createDelivery({ exchange, timeoutMs, tokens, now })
  return gatherIntoBatches({ deliver, windowMs, atOnce: batchesAtOnce })
}
