import { reEnroll } from '@rollcall/provisioning'
import { healthCheck, type SyncJob, statusSyncSchedules } from '@rollcall/status-sync'
import type { Watched } from './measures.ts'

const SYNC_JOBS: readonly SyncJob[] = ['userRegistrationNumberSync', 'userStatusSync']

export const WATCHED: Watched = {
  jobs: statusSyncSchedules.map(({ process }) => process),
  healthCheck: healthCheck.name,
  patient: [reEnroll.name],
  syncJobs: SYNC_JOBS,
}
