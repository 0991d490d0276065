import type { ProcessDefinition } from '@rollcall/engine'
import { accountCreate } from './account-create/process.ts'
import { accountImport } from './account-import/process.ts'
import { reEnroll } from './re-enroll/process.ts'
import { releaseReservation } from './release-reservation/process.ts'

/** Every process of this system. A new one is a folder and a line here. */
export const provisioningProcesses: readonly ProcessDefinition[] = [accountCreate, accountImport, reEnroll, releaseReservation]
