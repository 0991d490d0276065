import { decideStatus } from '../rules/decide-status.ts'
import type { SyncConfig } from '../sync/sync-input.ts'
import type { SyncRules } from '../sync/sync-rules.ts'

/** Every organisation without a number, by its user. What is found is followed whole, its status included, though a draft has no number yet. */
export function registrationNumberSyncRules(_: { readonly config: SyncConfig; readonly startedAt: number }): SyncRules {
  return {
    job: 'userRegistrationNumberSync',
    syncType: 'registration_number_sync',
    selection: { kind: 'withoutNumber' },
    keyOf: ({ userId }) => ({ userId }),
    decide: decideStatus,
  }
}
