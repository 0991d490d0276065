import type { ProcessDefinition } from '@rollcall/engine'
import { accountCleanup } from './account-cleanup/process.ts'
import { healthCheck } from './health-check/process.ts'
import { registrationChange } from './registration-change/process.ts'
import { sessionRevocation } from './session-revocation/process.ts'
import { userRegistrationNumberSync } from './user-registration-number-sync/process.ts'
import { userStatusSync } from './user-status-sync/process.ts'

/** Every process of this system. A new one is a folder and a line here. */
export const statusSyncProcesses: readonly ProcessDefinition[] = [
  userRegistrationNumberSync,
  userStatusSync,
  accountCleanup,
  healthCheck,
  registrationChange,
  sessionRevocation,
]
