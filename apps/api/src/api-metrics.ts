import { createRequestMetrics, type RequestMetrics } from '@rollcall/platform/http'
import { Counter, type Registry } from 'prom-client'

export interface ApiMetrics extends RequestMetrics {
  /** One per item of a request for accounts. */
  readonly accountItems: Counter<'kind' | 'status'>
}

export function createApiMetrics(registry: Registry): ApiMetrics {
  return {
    ...createRequestMetrics(registry),
    accountItems: new Counter({
      name: 'rollcall_api_account_items_total',
      help: 'Accounts asked for, by what became of each: 202 begun, 200 under way already, 409 or 422 refused.',
      labelNames: ['kind', 'status'],
      registers: [registry],
    }),
  }
}
