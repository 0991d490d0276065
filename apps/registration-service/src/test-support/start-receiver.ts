import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

export interface Received {
  readonly webhookId: string
  readonly timestamp: number
  readonly registrationId: string
  readonly version: number
  readonly body: unknown
}

export interface Receiver {
  readonly url: string
  /** Those whose signature holds, in the order in which they came. */
  readonly received: readonly Received[]
  readonly forged: number
  /** The status of the next answers; null: no answer. @defaultValue 202, and 409 for what came before */
  answer: ((received: Received) => number | null) | null
  /** What the next answers ask the sender to wait, in seconds. */
  retryAfter: number | null
  close(): Promise<void>
}

/** Takes pushes over real HTTP as the API does: what is not signed is refused, what comes again is answered with 409. */
export async function startReceiver({ secret }: { readonly secret: string }): Promise<Receiver> {
  const webhook = new Webhook(secret)
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const one = receivedOf(request.headers, body)
    if (!one) {
      receiver.forged += 1
      response.writeHead(401).end()
      return
    }
    const isKnown = received.some(({ webhookId }) => webhookId === one.webhookId)
    received.push(one)
    const status = receiver.answer ? receiver.answer(one) : isKnown ? 409 : 202
    if (receiver.retryAfter !== null) response.setHeader('retry-after', receiver.retryAfter)
    if (status !== null) response.writeHead(status, { location: '/elsewhere' }).end()
  })

  function receivedOf(headers: Readonly<Record<string, unknown>>, body: string): Received | null {
    try {
      webhook.verify(body, headers as Record<string, string>)
    } catch {
      return null
    }
    const parsed = JSON.parse(body)
    const { registrationId, version } = parsed.data
    return {
      webhookId: String(headers['webhook-id']),
      timestamp: Number(headers['webhook-timestamp']),
      registrationId,
      version,
      body: parsed,
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/registrations/events`,
    received,
    forged: 0,
    answer: null as Receiver['answer'],
    retryAfter: null as number | null,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return receiver
}
