// What the workers load. The API and the dashboard load `index.ts` instead, which knows no handler.
import { defineHandlers, type StateHandlers } from '@rollcall/engine'
import { accountCleanup, CleanupConfig } from './account-cleanup/process.ts'
import { accountCleanupRules } from './account-cleanup/rules.ts'
import { healthCheck } from './health-check/process.ts'
import { type CheckHealthPorts, createCheckHealth } from './health-check/states/check-health.ts'
import { registrationChange } from './registration-change/process.ts'
import { type ApplyChangePorts, createApplyChange } from './registration-change/states/apply-change.ts'
import { sessionRevocation } from './session-revocation/process.ts'
import { createRevokeSessions, type RevokeSessionsPorts } from './session-revocation/states/revoke-sessions.ts'
import type { ApplyPorts } from './sync/apply-changes.ts'
import { createSyncStates } from './sync/create-sync-states.ts'
import { SyncConfig } from './sync/sync-input.ts'
import type { DecidePorts } from './sync/sync-ports.ts'
import { userRegistrationNumberSync } from './user-registration-number-sync/process.ts'
import { registrationNumberSyncRules } from './user-registration-number-sync/rules.ts'
import { userStatusSync } from './user-status-sync/process.ts'
import { userStatusSyncRules } from './user-status-sync/rules.ts'

const numbers = createSyncStates({
  job: 'userRegistrationNumberSync',
  configSchema: SyncConfig,
  rulesOf: registrationNumberSyncRules,
})
const statuses = createSyncStates({ job: 'userStatusSync', configSchema: SyncConfig, rulesOf: userStatusSyncRules })
const cleanup = createSyncStates({ job: 'accountCleanup', configSchema: CleanupConfig, rulesOf: accountCleanupRules })

/** Of the worker that asks the registration service. */
export function createSyncHandlers(ports: DecidePorts & CheckHealthPorts): StateHandlers[] {
  return [
    defineHandlers(userRegistrationNumberSync, 'sync', numbers.sync(ports)),
    defineHandlers(userStatusSync, 'sync', statuses.sync(ports)),
    defineHandlers(accountCleanup, 'sync', cleanup.sync(ports)),
    defineHandlers(healthCheck, 'sync', { CHECK_HEALTH: createCheckHealth(ports) }),
  ]
}

/** Of the worker that writes accounts. */
export function createApplyHandlers(ports: ApplyPorts & ApplyChangePorts): StateHandlers[] {
  return [
    defineHandlers(userRegistrationNumberSync, 'persist', numbers.persist(ports)),
    defineHandlers(userStatusSync, 'persist', statuses.persist(ports)),
    defineHandlers(accountCleanup, 'persist', cleanup.persist(ports)),
    defineHandlers(registrationChange, 'persist', { APPLY_CHANGE: createApplyChange(ports) }),
  ]
}

/** Of the worker that writes to the directory. */
export function createSessionHandlers(ports: RevokeSessionsPorts): StateHandlers[] {
  return [defineHandlers(sessionRevocation, 'create', { REVOKE_SESSIONS: createRevokeSessions(ports) })]
}
