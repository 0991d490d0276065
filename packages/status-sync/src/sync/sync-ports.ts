import type { Clock, Notify } from '@rollcall/engine'
import type { OrganisationAccounts } from '../ports/organisation-accounts.ts'
import type { Registrations } from '../ports/registrations.ts'
import type { SyncRuns } from '../ports/sync-runs.ts'

/** What the states need that decide. */
export interface DecidePorts {
  readonly accounts: Pick<OrganisationAccounts, 'page' | 'read' | 'holdersOf' | 'changesSince'>
  readonly syncRuns: Pick<SyncRuns, 'begin' | 'items' | 'writeBatch' | 'standsAt' | 'clearPause'>
  /** The service, asked as patiently as the run's configuration says. */
  readonly registrations: (asking: { readonly maxRetries: number }) => Pick<Registrations, 'find'>
  readonly clock: Clock
  readonly notify: Notify
}
