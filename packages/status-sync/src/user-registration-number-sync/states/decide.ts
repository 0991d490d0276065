import type { HandlerOf } from '@rollcall/engine'
import { createDecideAccounts } from '../../sync/decide-accounts.ts'
import { SyncConfig } from '../../sync/sync-input.ts'
import type { DecidePorts } from '../../sync/sync-ports.ts'
import type { UserRegistrationNumberSync } from '../process.ts'
import { registrationNumberSyncRules } from '../rules.ts'

export function createDecide(ports: DecidePorts): HandlerOf<UserRegistrationNumberSync, 'DECIDE'> {
  return createDecideAccounts({ job: 'userRegistrationNumberSync', configSchema: SyncConfig, rulesOf: registrationNumberSyncRules, ports })
}
