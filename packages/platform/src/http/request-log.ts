// One line per answered request: the route's pattern instead of the address, since addresses name people. No body, no query, no header.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

export const requestLog = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('refusedAs', null)
    app.addHook('onRequest', async (request, reply) => {
      reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    })
    app.addHook('onResponse', async (request, reply) => {
      const line = {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        ...(request.caller && { caller: request.caller.name }),
        ...(request.refusedAs !== null && { code: request.refusedAs }),
      }
      if (request.routeOptions.config.quiet) request.log.debug(line, 'request answered')
      else request.log.info(line, 'request answered')
    })
    app.addHook('onRequestAbort', async (request) => {
      request.log.info({ method: request.method, route: request.routeOptions.url ?? 'unknown' }, 'the caller hung up')
    })
  },
  { name: 'request-log' },
)

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked by machines every few seconds: logged at debug. */
    quiet?: boolean
  }
  interface FastifyRequest {
    /** The code of the problem document that it was answered with. */
    refusedAs: string | null
  }
}
