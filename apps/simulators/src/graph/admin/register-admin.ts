/*
 * The levers over HTTP, under /simulator and never under /v1.0. Only callers on this machine may pull them.
 * A body that does not fit answers 400 and names every field; nothing of it is applied.
 */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { GraphCore } from '../create-graph-core.ts'
import { FaultRule } from '../fault-rule.ts'
import { GraphError } from '../graph-error.ts'
import { LagBody, SeedBody, ThrottleBody } from './admin-schemas.ts'
import { createAdmin } from './create-admin.ts'

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

export function registerAdmin({ app, core }: { app: FastifyInstance; core: GraphCore }): void {
  const admin = createAdmin(core)
  app.register(
    async (scope) => {
      scope.addHook('onRequest', async (request, reply) => {
        if (!LOOPBACK.has(request.ip)) return reply.code(403).send({ error: 'The simulator is steered from its own machine only.' })
      })
      scope.setErrorHandler((error, _request, reply) => {
        if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) })
        if (error instanceof GraphError) return reply.code(400).send({ error: error.message })
        throw error
      })
      scope.post('/faults', async (request, reply) =>
        reply.code(201).send({ id: admin.addFault(read({ schema: FaultRule, body: request.body })) }),
      )
      scope.get('/faults', async () => ({ faults: admin.faults() }))
      scope.delete('/faults', async (_request, reply) => {
        admin.clearFaults()
        return reply.code(204).send()
      })
      scope.delete<{ Params: { id: string } }>('/faults/:id', async (request, reply) =>
        reply.code(admin.removeFault(request.params.id) ? 204 : 404).send(),
      )
      scope.get('/counters', async () => admin.counters())
      scope.delete('/counters', async (_request, reply) => {
        admin.clearCounters()
        return reply.code(204).send()
      })
      scope.post('/seed', async (request) => admin.seed(read({ schema: SeedBody, body: request.body })))
      scope.get('/state', async () => admin.state())
      scope.get('/duplicates', async () => ({ duplicates: admin.duplicates() }))
      scope.post('/lag', async (request, reply) => {
        admin.setLag(read({ schema: LagBody, body: request.body }))
        return reply.code(204).send()
      })
      scope.post('/throttle', async (request) => admin.setThrottle(read({ schema: ThrottleBody, body: request.body })))
      scope.post('/expire-tokens', async (_request, reply) => {
        admin.expireTokens()
        return reply.code(204).send()
      })
      scope.post('/reset', async (_request, reply) => {
        admin.reset()
        return reply.code(204).send()
      })
    },
    { prefix: '/simulator' },
  )
}

function read<T extends z.ZodType>({ schema, body }: { schema: T; body: unknown }): z.output<T> {
  return schema.parse(parseJson(typeof body === 'string' ? body : ''))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON is refused by the schema, which says what was expected.
    return undefined
  }
}
