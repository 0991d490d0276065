import { defineProcess } from '@rollcall/engine'
import { z } from 'zod'
import { SyncConfig, SyncInput } from '../sync/sync-input.ts'
import { syncStates } from '../sync/sync-states.ts'

export const CleanupConfig = SyncConfig.extend({
  olderThanDays: z.int().min(30).max(3_650).describe('How long an account may wait for its registration before it is closed.'),
})
export type CleanupConfig = z.infer<typeof CleanupConfig>

/** Nobody is closed on one answer: the service is asked a second time, whether anybody had to approve or not. */
const { DECIDE } = syncStates
const cleanupStates = { ...syncStates, DECIDE: { ...DECIDE, next: { ...DECIDE.next, decided: 'RECHECK' } } } as const

/** Closes the accounts that were never registered. Its table: `sync/sync-states.ts`. */
export const accountCleanup = defineProcess({
  name: 'account-cleanup',
  input: SyncInput.extend({ config: CleanupConfig }),
  correctable: false,
  about: () => ({ type: 'CLEAN_UP_ACCOUNTS', subjectId: 'accountCleanup', subjectName: null, scopeId: null }),
  start: 'DECIDE',
  states: cleanupStates,
})
