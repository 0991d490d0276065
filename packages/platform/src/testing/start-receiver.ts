// Whoever webhooks are sent to, as a real HTTP server: it checks every signature as standardwebhooks.com says, and refuses what is not signed.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { onTestFinished } from 'vitest'

export const SECRET = `whsec_${Buffer.from('a secret of the tests, 32 bytes.').toString('base64')}`

export interface Received {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** What it answers to what is signed well; null: nothing, for ever. @param signedAt in seconds, as the sender says @defaultValue 204 */
export type Answering = (
  received: Received,
  signedAt: number,
) => { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | null

export interface Receiver {
  readonly url: string
  /** What it took, in order. */
  readonly taken: readonly Received[]
  /** How often it was asked, whatever it answered. */
  readonly asked: () => number
  /** How many of these were not signed well. */
  readonly unsigned: () => number
  answer: Answering
  /** Otherwise it is closed when the test is over. */
  close(): void
}

export async function startReceiver({ secret = SECRET }: { readonly secret?: string } = {}): Promise<Receiver> {
  const verifier = new Webhook(secret)
  const taken: Received[] = []
  let asked = 0
  let unsigned = 0
  const server = createServer(async (request, response) => {
    asked += 1
    const body = await bodyOf(request)
    const received = verified(body, request)
    if (received === null) unsigned += 1
    const answer = received === null ? { status: 401 } : receiver.answer(received, Number(request.headers['webhook-timestamp']))
    if (answer === null) return
    const { status, headers = {} } = answer
    if (received !== null && status < 300) taken.push(received)
    response.writeHead(status, headers).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(close)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.')
  const receiver: Receiver = {
    url: `http://127.0.0.1:${address.port}/hooks`,
    taken,
    asked: () => asked,
    unsigned: () => unsigned,
    answer: () => ({ status: 204 }),
    close,
  }
  return receiver

  function close(): void {
    server.closeAllConnections()
    server.close()
  }

  function verified(body: string, { headers }: IncomingMessage): Received | null {
    const signed = Object.fromEntries(['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, String(headers[name])]))
    try {
      verifier.verify(body, signed)
    } catch {
      return null
    }
    const { type, data }: Pick<Received, 'type' | 'data'> = JSON.parse(body)
    return { id: String(headers['webhook-id']), type, data }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
