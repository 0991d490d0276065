import { reEnroll } from '@rollcall/provisioning'
import { healthCheck, type SyncJob, statusSyncSchedules } from '@rollcall/status-sync'
import type { Watched } from './measures.ts'

/** Those that read the statuses of registrations. */
const FOLLOWING_JOBS: readonly SyncJob[] = ['userRegistrationNumberSync', 'userStatusSync']
const STATUS_SYNC: SyncJob = 'userStatusSync'

export const WATCHED: Watched = {
  jobs: statusSyncSchedules.map(({ process }) => process),
  schedules: statusSyncSchedules.map(({ name }) => name),
  healthCheck: { schedule: 'healthCheck', process: healthCheck.name },
  statusSync: STATUS_SYNC,
  patient: [reEnroll.name],
  syncJobs: FOLLOWING_JOBS,
}
