import type { SyncRun } from '../ports/sync-runs.ts'
import { type ApplyPorts, createApplyChanges } from './apply-changes.ts'
import { createDecideAccounts } from './decide-accounts.ts'
import { createRecheckRegistrations } from './recheck-registrations.ts'
import type { ConfigSchema, SyncConfig } from './sync-input.ts'
import type { DecidePorts } from './sync-ports.ts'
import type { SyncRulesOf } from './sync-rules.ts'

interface SyncJobOptions<Config extends SyncConfig> {
  readonly job: SyncRun['job']
  readonly configSchema: ConfigSchema<Config>
  readonly rulesOf: SyncRulesOf<Config>
}

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
