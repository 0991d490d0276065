import type { HandlerOf } from '@rollcall/engine'
import { createDecideAccounts } from '../../sync/decide-accounts.ts'
import type { DecidePorts } from '../../sync/sync-ports.ts'
import { type AccountCleanup, CleanupConfig } from '../process.ts'
import { accountCleanupRules } from '../rules.ts'

export function createDecide(ports: DecidePorts): HandlerOf<AccountCleanup, 'DECIDE'> {
  return createDecideAccounts({ job: 'accountCleanup', configSchema: CleanupConfig, rulesOf: accountCleanupRules, ports })
}
