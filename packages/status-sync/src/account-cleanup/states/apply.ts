import type { HandlerOf } from '@rollcall/engine'
import { type ApplyPorts, createApplyChanges } from '../../sync/apply-changes.ts'
import { type AccountCleanup, CleanupConfig } from '../process.ts'
import { accountCleanupRules } from '../rules.ts'

export function createApply(ports: ApplyPorts): HandlerOf<AccountCleanup, 'APPLY'> {
  return createApplyChanges({ job: 'accountCleanup', configSchema: CleanupConfig, rulesOf: accountCleanupRules, ports })
}
