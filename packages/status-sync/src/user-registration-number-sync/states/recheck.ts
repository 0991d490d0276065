import type { HandlerOf } from '@rollcall/engine'
import { createRecheckRegistrations } from '../../sync/recheck-registrations.ts'
import { SyncConfig } from '../../sync/sync-input.ts'
import type { DecidePorts } from '../../sync/sync-ports.ts'
import type { UserRegistrationNumberSync } from '../process.ts'
import { registrationNumberSyncRules } from '../rules.ts'

export function createRecheck(ports: DecidePorts): HandlerOf<UserRegistrationNumberSync, 'RECHECK'> {
  return createRecheckRegistrations({
    job: 'userRegistrationNumberSync',
    configSchema: SyncConfig,
    rulesOf: registrationNumberSyncRules,
    ports,
  })
}
