import { createRegistrationsClient } from '@rollcall/registrations'
import type { Registrations } from '@rollcall/status-sync'
import type { RegistrationsEnv } from './registrations-env.ts'
import { type Telling, tellOfRegistrations } from './tell-of-registrations.ts'

/** Sent where there is no key: the service refuses it, and says so to whoever looks at the run. */
const NO_KEY = 'none'

/** One client for each patience, so that all jobs that are as patient share its breaker. */
export function createAsker({ ORGANIZATION_SERVICE_URL: url, REGISTRATION_API_KEY: key = NO_KEY }: RegistrationsEnv, telling: Telling) {
  const clients = new Map<number, Registrations>()

  function create(retries: number): Registrations {
    return createRegistrationsClient({ url, key, retries, notify: tellOfRegistrations(telling, retries) })
  }

  return ({ maxRetries }: { readonly maxRetries: number }): Registrations => {
    const standing = clients.get(maxRetries) ?? create(maxRetries)
    clients.set(maxRetries, standing)
    return standing
  }
}
