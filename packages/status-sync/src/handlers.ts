// What the workers load. The API and the dashboard load `index.ts` instead, which knows no handler.
import { defineHandlers, type StateHandlers } from '@rollcall/engine'
import { accountCleanup } from './account-cleanup/process.ts'
import { createApply as createApplyCleanup } from './account-cleanup/states/apply.ts'
import { createDecide as createDecideCleanup } from './account-cleanup/states/decide.ts'
import { createRecheck as createRecheckCleanup } from './account-cleanup/states/recheck.ts'
import { healthCheck } from './health-check/process.ts'
import { type CheckHealthPorts, createCheckHealth } from './health-check/states/check-health.ts'
import { registrationChange } from './registration-change/process.ts'
import { type ApplyChangePorts, createApplyChange } from './registration-change/states/apply-change.ts'
import { sessionRevocation } from './session-revocation/process.ts'
import { createRevokeSessions, type RevokeSessionsPorts } from './session-revocation/states/revoke-sessions.ts'
import type { ApplyPorts } from './sync/apply-changes.ts'
import type { DecidePorts } from './sync/sync-ports.ts'
import { userRegistrationNumberSync } from './user-registration-number-sync/process.ts'
import { createApply as createApplyNumbers } from './user-registration-number-sync/states/apply.ts'
import { createDecide as createDecideNumbers } from './user-registration-number-sync/states/decide.ts'
import { createRecheck as createRecheckNumbers } from './user-registration-number-sync/states/recheck.ts'
import { userStatusSync } from './user-status-sync/process.ts'
import { createApply as createApplyStatuses } from './user-status-sync/states/apply.ts'
import { createDecide as createDecideStatuses } from './user-status-sync/states/decide.ts'
import { createRecheck as createRecheckStatuses } from './user-status-sync/states/recheck.ts'

/** Of the worker that asks the registration service. */
export function createSyncHandlers(ports: DecidePorts & CheckHealthPorts): StateHandlers[] {
  return [
    defineHandlers(userRegistrationNumberSync, 'sync', { DECIDE: createDecideNumbers(ports), RECHECK: createRecheckNumbers(ports) }),
    defineHandlers(userStatusSync, 'sync', { DECIDE: createDecideStatuses(ports), RECHECK: createRecheckStatuses(ports) }),
    defineHandlers(accountCleanup, 'sync', { DECIDE: createDecideCleanup(ports), RECHECK: createRecheckCleanup(ports) }),
    defineHandlers(healthCheck, 'sync', { CHECK_HEALTH: createCheckHealth(ports) }),
  ]
}

/** Of the worker that writes accounts. */
export function createApplyHandlers(ports: ApplyPorts & ApplyChangePorts): StateHandlers[] {
  return [
    defineHandlers(userRegistrationNumberSync, 'persist', { APPLY: createApplyNumbers(ports) }),
    defineHandlers(userStatusSync, 'persist', { APPLY: createApplyStatuses(ports) }),
    defineHandlers(accountCleanup, 'persist', { APPLY: createApplyCleanup(ports) }),
    defineHandlers(registrationChange, 'persist', { APPLY_CHANGE: createApplyChange(ports) }),
  ]
}

/** Of the worker that writes to the directory. */
export function createSessionHandlers(ports: RevokeSessionsPorts): StateHandlers[] {
  return [defineHandlers(sessionRevocation, 'create', { REVOKE_SESSIONS: createRevokeSessions(ports) })]
}
