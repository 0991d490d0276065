import { createRegistrationsClient } from '@rollcall/registrations'
import type { Registrations } from '@rollcall/status-sync'
import type { RegistrationsEnv } from './registrations-env.ts'

/** Sent where there is no key: the service refuses it, and says so to whoever looks at the run. */
const NO_KEY = 'none'

/** One client for each patience, so that all jobs that are as patient share its breaker. */
export function createAsker({ ORGANIZATION_SERVICE_URL: url, REGISTRATION_API_KEY: key = NO_KEY }: RegistrationsEnv) {
  const clients = new Map<number, Registrations>()
  return ({ maxRetries }: { readonly maxRetries: number }): Registrations => {
    const standing = clients.get(maxRetries) ?? createRegistrationsClient({ url, key, retries: maxRetries })
    clients.set(maxRetries, standing)
    return standing
  }
}
