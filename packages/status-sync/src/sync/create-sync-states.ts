import { type ApplyPorts, createApplyChanges } from './apply-changes.ts'
import { createDecideAccounts } from './decide-accounts.ts'
import { createRecheckRegistrations } from './recheck-registrations.ts'
import type { SyncConfig } from './sync-input.ts'
import type { DecidePorts } from './sync-ports.ts'
import type { SyncJobOptions } from './sync-rules.ts'

/** The handlers of a job's states, by the worker that works them: all jobs have one table, and differ in their rules. */
export function createSyncStates<Config extends SyncConfig>(job: SyncJobOptions<Config>) {
  return {
    sync: (ports: DecidePorts) => ({
      DECIDE: createDecideAccounts({ ...job, ports }),
      RECHECK: createRecheckRegistrations({ ...job, ports }),
    }),
    persist: (ports: ApplyPorts) => ({ APPLY: createApplyChanges({ ...job, ports }) }),
  }
}
