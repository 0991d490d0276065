import { within } from '@rollcall/platform'
import type { HttpApp } from '@rollcall/platform/http'
import { z } from 'zod'

const PROBE_TIMEOUT_MS = 2_000

const Ready = z.object({ status: z.enum(['ready', 'unavailable']), database: z.enum(['up', 'down']) })

export function healthReady(app: HttpApp, { ping }: { readonly ping: () => Promise<void> }): void {
  app.get(
    '/health/ready',
    { config: { access: 'public', quiet: true }, schema: { response: { 200: Ready, 503: Ready } } },
    async (_request, reply) => {
      const isUp = await within(PROBE_TIMEOUT_MS, 'database', ping()).then(
        () => true,
        () => false,
      )
      return isUp ? reply.send({ status: 'ready', database: 'up' }) : reply.code(503).send({ status: 'unavailable', database: 'down' })
    },
  )
}
