// How long the sending of a request may take, body and all. Node knows one limit for a whole server, which an upload needs to be long; everybody
// else, and whoever has not shown a key yet, is held to a short one here.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { answerClientError } from './client-errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long the body may take once the caller is known. @defaultValue what holds for all requests */
    bodyTimeoutMs?: number
  }
}

export const slowSenders = fp(
  async (app: FastifyInstance, { timeoutMs }: { readonly timeoutMs: number }) => {
    const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>()

    app.addHook('onRequest', async (request) => {
      const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
      if (length === undefined && encoding === undefined) return
      hold(request, timeoutMs)
      request.raw.once('close', () => clearTimeout(timers.get(request)))
    })
    // After the key was judged.
    app.addHook('preParsing', async (request) => {
      const { bodyTimeoutMs } = request.routeOptions.config
      if (bodyTimeoutMs !== undefined && timers.has(request)) hold(request, bodyTimeoutMs)
    })

    function hold(request: FastifyRequest, ms: number): void {
      clearTimeout(timers.get(request))
      timers.set(request, setTimeout(() => giveUp(request), ms).unref())
    }
  },
  { name: 'slow-senders' },
)

/** As Node does it: there may be an answer already, or none. */
function giveUp({ raw }: FastifyRequest): void {
  if (raw.complete) return
  answerClientError(Object.assign(new Error('The request took too long to arrive.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), raw.socket)
}
