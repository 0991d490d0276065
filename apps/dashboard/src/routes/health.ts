import { createReadiness } from '@rollcall/platform'
import type { FastifyInstance } from 'fastify'
import type { DashboardDeps } from '../dashboard-deps.ts'

/** For load balancers and supervisors. Ready: both Redis and SQL answer; without either no page can be shown. */
export function health(app: FastifyInstance, deps: Pick<DashboardDeps, 'health' | 'clock'>): void {
  const readiness = createReadiness({ clock: deps.clock, health: { ...deps.health, silentWorkers: async () => [] } })
  app.get('/health/live', { config: { admits: 'public', quiet: true } }, async () => ({ status: 'live' }))
  app.get('/health/ready', { config: { admits: 'public', quiet: true } }, async (_request, reply) => {
    const { status, database, redis } = await readiness()
    return reply.code(status === 'ready' ? 200 : 503).send({ status: status === 'ready' ? 'ready' : 'unavailable', database, redis })
  })
}
