import type { HandlerOf } from '@rollcall/engine'
import { createRecheckRegistrations } from '../../sync/recheck-registrations.ts'
import { SyncConfig } from '../../sync/sync-input.ts'
import type { DecidePorts } from '../../sync/sync-ports.ts'
import type { UserStatusSync } from '../process.ts'
import { userStatusSyncRules } from '../rules.ts'

export function createRecheck(ports: DecidePorts): HandlerOf<UserStatusSync, 'RECHECK'> {
  return createRecheckRegistrations({ job: 'userStatusSync', configSchema: SyncConfig, rulesOf: userStatusSyncRules, ports })
}
