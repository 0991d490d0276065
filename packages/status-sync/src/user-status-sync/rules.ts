import { decideStatus } from '../rules/decide-status.ts'
import type { SyncConfig } from '../sync/sync-input.ts'
import type { SyncRules } from '../sync/sync-rules.ts'

/** Every account that has a registration, or should have one, by its number where it has one. */
export function userStatusSyncRules(_: { readonly config: SyncConfig; readonly startedAt: number }): SyncRules {
  return {
    job: 'userStatusSync',
    syncType: 'automated',
    selection: { kind: 'withRegistration' },
    keyOf: ({ registrationNumber, userId }) => (registrationNumber ? { registrationNumber } : { userId }),
    decide: decideStatus,
  }
}
