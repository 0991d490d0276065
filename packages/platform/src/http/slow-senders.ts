// How long the sending of a request may take, body and all. Node knows one limit for a whole server, which an upload needs to be long; everybody
// else, and whoever has not shown a key yet, is held to a short one here. Whoever is answered before his body is through may send on for a
// moment, which is read and thrown away: a sender that is cut off at once never sees why. What must always hold: one answer to a request, and
// after it no connection that is held open by a body that never ends.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { answerClientError } from './client-errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long the body may take once the caller is known. @defaultValue what holds for all requests */
    bodyTimeoutMs?: number
  }
}

export interface SlowSendersOptions {
  /** From the request's head to the end of its body. */
  readonly timeoutMs: number
  /** From the answer on. */
  readonly restMs: number
}

export const slowSenders = fp(
  async (app: FastifyInstance, { timeoutMs, restMs }: SlowSendersOptions) => {
    const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>()
    const answeredEarly = new WeakSet<FastifyRequest>()

    app.addHook('onRequest', async (request, reply) => {
      const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
      if (length === undefined && encoding === undefined) return
      hold(request, timeoutMs, () => giveUp(request, reply))
      request.raw.once('close', () => clearTimeout(timers.get(request)))
    })
    // After the key was judged.
    app.addHook('preParsing', async (request, reply) => {
      const { bodyTimeoutMs } = request.routeOptions.config
      if (bodyTimeoutMs !== undefined && timers.has(request)) hold(request, bodyTimeoutMs, () => giveUp(request, reply))
    })
    app.addHook('onSend', async (request, reply) => {
      if (!timers.has(request) || request.raw.complete) return
      answeredEarly.add(request)
      // Told to close, Node would do so at once, and what it has not read would make a reset of it that may overtake the answer.
      reply.header('connection', 'keep-alive')
    })
    app.addHook('onResponse', async (request) => {
      if (!answeredEarly.has(request)) return
      hold(request, restMs, () => request.raw.destroy())
      throwRestAway(request)
    })

    function hold(request: FastifyRequest, ms: number, end: () => void): void {
      clearTimeout(timers.get(request))
      timers.set(request, setTimeout(() => request.raw.complete || end(), ms).unref())
    }
  },
  { name: 'slow-senders' },
)

function giveUp({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.headersSent) raw.destroy()
  else {
    const late = Object.assign(new Error('The request took too long to arrive.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
    answerClientError(late, raw.socket)
  }
}

function throwRestAway(request: FastifyRequest): void {
  const { raw } = request
  const end = () => closesAfter(request) && raw.socket.end()
  if (raw.readableEnded) return void end()
  raw.once('end', end)
  raw.unpipe()
  // An iterator that was left in the middle still waits for its next bytes.
  raw.removeAllListeners('readable')
  // A stream whose listeners were taken away falls back to waiting for new ones, a tick later.
  setImmediate(() => raw.resume())
}

function closesAfter({ raw: { headers, httpVersion } }: FastifyRequest): boolean {
  const wish = headers.connection?.toLowerCase() ?? ''
  return wish.includes('close') || (httpVersion === '1.0' && !wish.includes('keep-alive'))
}
