// The jobs' addresses: those of the earlier system to the letter, and what it lacked.
import type { Api } from '../api.ts'
import { cronHealth } from '../routes/cron-health.ts'
import { cronStatus } from '../routes/cron-status.ts'
import { editJob } from '../routes/edit-job.ts'
import { getJobRun } from '../routes/get-job-run.ts'
import { jobConfig } from '../routes/job-config.ts'
import { jobTicks } from '../routes/job-ticks.ts'
import { listJobRuns } from '../routes/list-job-runs.ts'
import { listRunItems } from '../routes/list-run-items.ts'
import { orderJobRun } from '../routes/order-job-run.ts'
import { startJob } from '../routes/start-job.ts'
import { stopJob } from '../routes/stop-job.ts'
import { switchJob } from '../routes/switch-job.ts'
import { triggerJob } from '../routes/trigger-job.ts'
import type { CronDeps } from './cron-deps.ts'

export function cronRoutes(api: Api, deps: CronDeps): void {
  cronStatus(api, deps)
  cronHealth(api, deps)
  triggerJob(api, deps)
  switchJob(api, deps)
  startJob(api, deps)
  stopJob(api, deps)
  editJob(api, deps)
  jobConfig(api, deps)
  jobTicks(api, deps)
  listJobRuns(api, deps)
  getJobRun(api, deps)
  listRunItems(api, deps)
  orderJobRun(api, deps)
}
