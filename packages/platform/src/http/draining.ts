import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { httpErrors } from './http-errors.ts'
import { refusal } from './problem.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** True once this instance has begun to shut down. */
    readonly isDraining: () => boolean
  }
}

/** From the call of `close()` on, requests that still arrive over open connections are refused; those under way are finished. */
export const draining = fp(
  async (app: FastifyInstance) => {
    let begun = false
    app.decorate('isDraining', () => begun)
    app.addHook('preClose', async () => {
      begun = true
    })
    app.addHook('onRequest', async () => {
      if (begun) throw refusal(httpErrors.SHUTTING_DOWN)
    })
    // A connection that is kept alive would keep the server from closing.
    app.addHook('onSend', async (_request, reply) => {
      if (begun) reply.header('connection', 'close')
    })
  },
  { name: 'draining' },
)
