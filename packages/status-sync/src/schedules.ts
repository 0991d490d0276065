// When the jobs run unless somebody says otherwise. The names are the earlier system's, which its paths and its operators use.
import { defineSchedule, type Occasion, type ScheduleDefinition } from '@rollcall/engine'
import { accountCleanup, CleanupConfig } from './account-cleanup/process.ts'
import { HealthConfig, healthCheck } from './health-check/process.ts'
import { DEFAULT_SYNC_CONFIG, SyncConfig } from './sync/sync-input.ts'
import { userRegistrationNumberSync } from './user-registration-number-sync/process.ts'
import { userStatusSync } from './user-status-sync/process.ts'

const timeZone = 'UTC'

export const statusSyncSchedules: readonly ScheduleDefinition[] = [
  defineSchedule({
    name: 'userRegistrationNumberSync',
    process: userRegistrationNumberSync,
    about: 'Finds the registrations of the organisations that have no registration number yet.',
    settings: SyncConfig,
    defaults: { cron: '0 */6 * * *', timeZone, enabled: true, settings: { batchSize: 30, ...DEFAULT_SYNC_CONFIG } },
    environment: { maxRetries: 'CRON_MAX_RETRIES' },
    overridable: ['dryRun'],
    inputOf: syncInputOf,
  }),
  defineSchedule({
    name: 'userStatusSync',
    process: userStatusSync,
    about: 'Lets every account follow the status of its registration, where no push has done so.',
    settings: SyncConfig,
    defaults: { cron: '0 */2 * * *', timeZone, enabled: true, settings: { batchSize: 50, ...DEFAULT_SYNC_CONFIG } },
    environment: {
      enabled: 'CRON_USER_SYNC_ENABLED',
      cron: 'CRON_USER_SYNC_SCHEDULE',
      batchSize: 'CRON_BATCH_SIZE',
      maxRetries: 'CRON_MAX_RETRIES',
    },
    overridable: ['dryRun'],
    inputOf: syncInputOf,
  }),
  defineSchedule({
    name: 'healthCheck',
    process: healthCheck,
    about: 'Asks SQL, Redis and the registration service whether they answer.',
    settings: HealthConfig,
    defaults: { cron: '*/30 * * * *', timeZone, enabled: true, settings: { timeoutMs: 10_000 } },
    inputOf: ({ trigger, requestedBy, reason, settings }) => ({ trigger, requestedBy, reason, config: settings }),
  }),
  // Nothing but an operator who has seen a dry run enables it: see account-cleanup/may-enable-cleanup.ts.
  defineSchedule({
    name: 'accountCleanup',
    process: accountCleanup,
    about: 'Closes the accounts that were never registered.',
    settings: CleanupConfig,
    defaults: {
      ...{ cron: '0 2 * * *', timeZone, enabled: false },
      settings: { batchSize: 50, ...DEFAULT_SYNC_CONFIG, olderThanDays: 180 },
    },
    environment: { maxRetries: 'CRON_MAX_RETRIES' },
    overridable: ['dryRun'],
    inputOf: syncInputOf,
  }),
]

/** A tick changes accounts; an order may say `dryRun` beside the settings. */
function syncInputOf<Config extends SyncConfig>({ trigger, requestedBy, reason, settings }: Occasion<Config>) {
  return { trigger, requestedBy, reason, dryRun: false, config: settings }
}
