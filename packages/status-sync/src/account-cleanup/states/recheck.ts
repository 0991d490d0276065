import type { HandlerOf } from '@rollcall/engine'
import { createRecheckRegistrations } from '../../sync/recheck-registrations.ts'
import type { DecidePorts } from '../../sync/sync-ports.ts'
import { type AccountCleanup, CleanupConfig } from '../process.ts'
import { accountCleanupRules } from '../rules.ts'

export function createRecheck(ports: DecidePorts): HandlerOf<AccountCleanup, 'RECHECK'> {
  return createRecheckRegistrations({ job: 'accountCleanup', configSchema: CleanupConfig, rulesOf: accountCleanupRules, ports })
}
