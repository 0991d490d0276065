import { decideCleanup } from '../rules/decide-cleanup.ts'
import type { SyncRules } from '../sync/sync-rules.ts'
import type { CleanupConfig } from './process.ts'

const DAY_MS = 86_400_000

/** Every account that has waited for its registration for too long, counted from the start of the run, so that all its batches mean the same ones. */
export function accountCleanupRules({ config, startedAt }: { readonly config: CleanupConfig; readonly startedAt: number }): SyncRules {
  const abandonedAfterMs = config.olderThanDays * DAY_MS
  return {
    job: 'accountCleanup',
    syncType: 'account_cleanup',
    selection: { kind: 'abandoned', createdBefore: startedAt - abandonedAfterMs },
    keyOf: ({ userId }) => ({ userId }),
    decide: ({ account, answer }) => decideCleanup({ account, answer, now: startedAt, policy: { abandonedAfterMs } }),
  }
}
