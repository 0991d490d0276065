import type { HandlerOf } from '@rollcall/engine'
import { type ApplyPorts, createApplyChanges } from '../../sync/apply-changes.ts'
import { SyncConfig } from '../../sync/sync-input.ts'
import type { UserRegistrationNumberSync } from '../process.ts'
import { registrationNumberSyncRules } from '../rules.ts'

export function createApply(ports: ApplyPorts): HandlerOf<UserRegistrationNumberSync, 'APPLY'> {
  return createApplyChanges({ job: 'userRegistrationNumberSync', configSchema: SyncConfig, rulesOf: registrationNumberSyncRules, ports })
}
