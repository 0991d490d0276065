import { reEnroll } from '@rollcall/provisioning'
import { healthCheck, type SyncJob, statusSyncSchedules } from '@rollcall/status-sync'
import type { Watched } from './measures.ts'

const SYNC_JOBS: readonly SyncJob[] = ['userRegistrationNumberSync', 'userStatusSync']
const HEALTH_CHECK: SyncJob = 'healthCheck'
const STATUS_SYNC: SyncJob = 'userStatusSync'

export const WATCHED: Watched = {
  jobs: statusSyncSchedules.map(({ process }) => process),
  schedules: statusSyncSchedules.map(({ name }) => name),
  healthCheck: { schedule: HEALTH_CHECK, process: healthCheck.name },
  statusSync: STATUS_SYNC,
  patient: [reEnroll.name],
  syncJobs: SYNC_JOBS,
}
