import { msSetting } from '../common-env.ts'

/** What worker-sync reads about its own duties. */
export const syncEnv = {
  RECONCILE_EVERY_MS: msSetting({
    standard: 10_000,
    min: 100,
    max: 3_600_000,
    description: 'How often the queue is compared with the ledger.',
  }),
  SCHEDULES_EVERY_MS: msSetting({
    standard: 15_000,
    min: 100,
    max: 60_000,
    description: 'How often the schedules are looked at beside the bells that ring when they are due.',
  }),
  CANARY_EVERY_MS: msSetting({
    standard: 20_000,
    min: 100,
    max: 3_600_000,
    description: 'How often a canary run is sent through all workers.',
  }),
  BACKLOG_EVERY_MS: msSetting({
    standard: 15_000,
    min: 100,
    max: 3_600_000,
    description: 'How often the live runs are counted for the metrics.',
  }),
}
