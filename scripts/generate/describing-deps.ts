import { alertProcesses } from '@rollcall/alerts'
import type { ApiDeps } from '@rollcall/api'
import { systemClock } from '@rollcall/engine'
import { operationsProcesses } from '@rollcall/operations'
import { canary, createLogger } from '@rollcall/platform'
import { provisioningProcesses } from '@rollcall/provisioning'
import { statusSyncProcesses, statusSyncSchedules } from '@rollcall/status-sync'
import { Registry } from 'prom-client'

/**
 * An API that is only asked to describe itself needs no database and no Redis. Guaranteed: what is not real here throws as soon as a
 * request calls it, so a description that begins to depend on data is noticed.
 */
export function describingDeps(): ApiDeps {
  const real: Partial<ApiDeps> = {
    processes: [...provisioningProcesses, ...operationsProcesses, ...alertProcesses, ...statusSyncProcesses, canary],
    scheduleDefinitions: statusSyncSchedules,
    pushSecrets: [],
    clock: systemClock,
    logger: createLogger({ app: 'api', level: 'silent' }),
    registry: new Registry(),
    requestsPerMinute: 0,
    trustProxy: false,
  }
  return new Proxy(real, { get: (known, name) => Reflect.get(known, name) ?? absent(String(name)) }) as ApiDeps
}

function absent(name: string): object {
  const refuse = () => {
    throw new Error(`Describing the API called ${name}.`)
  }
  return new Proxy(refuse, { get: (_, part) => (typeof part === 'symbol' || part === 'then' ? undefined : absent(`${name}.${part}`)) })
}
