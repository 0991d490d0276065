import type { HandlerOf } from '@rollcall/engine'
import { createDecideAccounts } from '../../sync/decide-accounts.ts'
import { SyncConfig } from '../../sync/sync-input.ts'
import type { DecidePorts } from '../../sync/sync-ports.ts'
import type { UserStatusSync } from '../process.ts'
import { userStatusSyncRules } from '../rules.ts'

export function createDecide(ports: DecidePorts): HandlerOf<UserStatusSync, 'DECIDE'> {
  return createDecideAccounts({ job: 'userStatusSync', configSchema: SyncConfig, rulesOf: userStatusSyncRules, ports })
}
