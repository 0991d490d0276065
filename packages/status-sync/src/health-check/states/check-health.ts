import type { Clock, HandlerOf } from '@rollcall/engine'
import { checkHealth, type HealthProbes } from '../check-health.ts'
import type { HealthCheck } from '../process.ts'

export interface CheckHealthPorts {
  readonly probes: HealthProbes
  readonly clock: Clock
}

export function createCheckHealth({ probes, clock }: CheckHealthPorts): HandlerOf<HealthCheck, 'CHECK_HEALTH'> {
  return async ({ input, signal }) => {
    const report = await checkHealth({ probes, timeoutMs: input.config.timeoutMs, signal, now: clock.now })
    return { outcome: report.healthy ? 'healthy' : 'unhealthy', received: report }
  }
}
