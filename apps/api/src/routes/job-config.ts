import { keyProblems, problemResponses } from '@rollcall/platform/http'
import type { Api } from '../api.ts'
import { findSchedule } from '../cron/change-schedule.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { findJob } from '../cron/find-job.ts'
import { JobParams } from '../cron/job-order.ts'
import { etagOf, ScheduleView, scheduleViewOf } from '../cron/schedule-view.ts'

export function jobConfig(api: Api, deps: Pick<CronDeps, 'schedules' | 'scheduleDefinitions' | 'clock'>): void {
  api.get(
    '/api/cron/:job/config',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['jobs'],
        summary: 'Show the configuration of a job, each value with its source',
        params: JobParams,
        response: { 200: ScheduleView, ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async ({ params: { job } }, reply) => {
      const definition = findJob({ name: job, definitions: deps.scheduleDefinitions })
      const schedule = await findSchedule(job, deps)
      return reply.header('etag', etagOf(schedule)).send(scheduleViewOf({ schedule, definition, now: deps.clock.now() }))
    },
  )
}
