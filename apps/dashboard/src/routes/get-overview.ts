import type { FastifyInstance } from 'fastify'
import { askRedis } from '../auth/redis-side.ts'
import type { DashboardDeps } from '../dashboard-deps.ts'
import { overviewPage } from '../pages/overview-page.ts'
import { operatorOf } from '../plugins/authentication.ts'

const DAY_MS = 86_400_000

export type OverviewDeps = Pick<DashboardDeps, 'ledger' | 'queries' | 'closures' | 'readFleet' | 'processes' | 'errorCodes' | 'clock'>

export function getOverview(
  app: FastifyInstance,
  { ledger, queries, closures, readFleet, processes, errorCodes, clock }: OverviewDeps,
): void {
  app.get('/', { config: { admits: 'read' } }, async (request, reply) => {
    const now = clock.now()
    const [backlog, failures, closed, fleet] = await Promise.all([
      ledger.backlog(),
      queries.failuresSince({ since: now - DAY_MS, processes: processes.map(({ name }) => name) }),
      closures.list(),
      askRedis(readFleet()),
    ])
    const page = overviewPage({
      operator: operatorOf(request),
      backlog: backlog.toSorted((a, b) => a.process.localeCompare(b.process, 'en') || a.state.localeCompare(b.state, 'en')),
      failures: failures.toSorted((a, b) => b.count - a.count),
      closures: closed,
      fleet,
      codeOf: (code) => errorCodes.find((one) => one.code === code),
      now,
    })
    return reply.type('text/html; charset=utf-8').send(page)
  })
}
