// One line per answered request: the route's pattern and the operator's name. No address, no query, no form.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked by machines every few seconds: logged at debug, and under any name of this host. */
    quiet?: boolean
  }
  interface FastifyRequest {
    /** The code of what it was refused with. */
    refusedAs: string | null
  }
}

export const requestLog = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('refusedAs', null)
    app.addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', request.id)
    })
    app.addHook('onResponse', async (request, reply) => {
      const { quiet, answers } = request.routeOptions.config
      const line = {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        ...(request.operator && { operator: request.operator.name }),
        ...(request.refusedAs !== null && { code: request.refusedAs }),
      }
      const isOften = quiet === true || (request.method === 'GET' && (answers === 'board' || answers === 'file'))
      if (isOften) request.log.debug(line, 'request answered')
      else request.log.info(line, 'request answered')
    })
  },
  { name: 'request-log' },
)
