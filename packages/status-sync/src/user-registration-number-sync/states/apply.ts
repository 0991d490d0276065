import type { HandlerOf } from '@rollcall/engine'
import { type ApplyPorts, createApplyChanges } from '../../sync/apply-changes.ts'
import type { UserRegistrationNumberSync } from '../process.ts'
import { registrationNumberSyncRules } from '../rules.ts'

export function createApply(ports: ApplyPorts): HandlerOf<UserRegistrationNumberSync, 'APPLY'> {
  return createApplyChanges({ job: 'userRegistrationNumberSync', rulesOf: registrationNumberSyncRules, ports })
}
