import type { Watched } from './measures.ts'

/** By name: what is not in this release has no runs, and nothing to say. */
export const WATCHED: Watched = {
  jobs: ['user-registration-number-sync', 'user-status-sync', 'account-cleanup', 'health-check'],
  healthCheck: 'health-check',
  patient: ['re-enroll'],
  syncJobs: ['userRegistrationNumberSync', 'userStatusSync'],
}
