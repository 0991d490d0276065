import { defineProcess } from '@rollcall/engine'
import { SyncInput } from '../sync/sync-input.ts'
import { syncStates } from '../sync/sync-states.ts'

/** Finds the registrations of the organisations that have no registration number yet. Its table: `sync/sync-states.ts`. */
export const userRegistrationNumberSync = defineProcess({
  name: 'user-registration-number-sync',
  input: SyncInput,
  correctable: false,
  about: () => ({ type: 'SYNC_REGISTRATION_NUMBER', subjectId: 'userRegistrationNumberSync', subjectName: null, scopeId: null }),
  start: 'DECIDE',
  states: syncStates,
})
