import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Counter, Histogram, type Registry } from 'prom-client'

export interface RequestMetrics {
  readonly requests: Histogram<'method' | 'route' | 'status'>
  readonly authFailures: Counter<'reason'>
}

export function createRequestMetrics(registry: Registry): RequestMetrics {
  const registers = [registry]
  return {
    requests: new Histogram({
      name: 'rollcall_api_request_seconds',
      help: 'Time from the first byte of a request to the end of its answer, by route pattern.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    authFailures: new Counter({
      name: 'rollcall_api_auth_failures_total',
      help: 'Requests refused for their key: none, wrong, or of a role that may not do that.',
      labelNames: ['reason'],
      registers,
    }),
  }
}

/** Measures every answered request. Unknown addresses share one label, so that a scan cannot fill the memory. */
export const requestMetrics = fp(
  async (app: FastifyInstance, { metrics }: { readonly metrics: Pick<RequestMetrics, 'requests'> }) => {
    app.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'unknown'
      metrics.requests.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1_000)
    })
  },
  { name: 'request-metrics' },
)
