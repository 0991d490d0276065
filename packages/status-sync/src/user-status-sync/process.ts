import { defineProcess } from '@rollcall/engine'
import { SyncInput } from '../sync/sync-input.ts'
import { syncStates } from '../sync/sync-states.ts'

/** Lets every account that has a registration, or should have one, follow it. Its table: `sync/sync-states.ts`. */
export const userStatusSync = defineProcess({
  name: 'user-status-sync',
  input: SyncInput,
  correctable: false,
  // The job is what a run is about: at most one runs in the whole fleet.
  about: () => ({ type: 'SYNC_USER_STATUS', subjectId: 'userStatusSync', subjectName: null, scopeId: null }),
  start: 'DECIDE',
  states: syncStates,
})
