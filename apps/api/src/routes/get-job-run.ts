import { keyProblems, problemResponses } from '@rollcall/platform/http'
import type { Api } from '../api.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { findJobRun, readWhole } from '../cron/find-job-run.ts'
import { JobRun, jobRunOf } from '../cron/sync-run-view.ts'
import { RunParams } from '../runs/find-run.ts'

export function getJobRun(api: Api, deps: Pick<CronDeps, 'queries' | 'archive' | 'syncRuns' | 'scheduleDefinitions'>): void {
  api.get(
    '/api/cron/runs/:uuid',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['jobs'],
        summary: 'Show a run of a job: its counters, its configuration and its history',
        params: RunParams,
        response: { 200: JobRun, ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async ({ params: { uuid } }) => jobRunOf(await readWhole(await findJobRun(uuid, deps), deps)),
  )
}
