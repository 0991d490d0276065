import type { HandlerOf } from '@rollcall/engine'
import { type ApplyPorts, createApplyChanges } from '../../sync/apply-changes.ts'
import { SyncConfig } from '../../sync/sync-input.ts'
import type { UserStatusSync } from '../process.ts'
import { userStatusSyncRules } from '../rules.ts'

export function createApply(ports: ApplyPorts): HandlerOf<UserStatusSync, 'APPLY'> {
  return createApplyChanges({ job: 'userStatusSync', configSchema: SyncConfig, rulesOf: userStatusSyncRules, ports })
}
