import type { HandlerOf } from '@rollcall/engine'
import { type ApplyPorts, createApplyChanges } from '../../sync/apply-changes.ts'
import type { UserStatusSync } from '../process.ts'
import { userStatusSyncRules } from '../rules.ts'

export function createApply(ports: ApplyPorts): HandlerOf<UserStatusSync, 'APPLY'> {
  return createApplyChanges({ job: 'userStatusSync', rulesOf: userStatusSyncRules, ports })
}
