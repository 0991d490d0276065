import { bodyProblems, callerOf, keyProblems, problemResponses, refusal } from '@rollcall/platform/http'
import type { Api } from '../api.ts'
import { JobRunBegun, pathOfRun } from '../cron/begin-job.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { findJob } from '../cron/find-job.ts'
import { findGoingRun } from '../cron/find-job-run.ts'
import { JobOrder, JobParams } from '../cron/job-order.ts'
import { pauseRun } from '../cron/pause-and-resume.ts'
import { inputOf } from '../cron/sync-run-view.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { reasonOf } from '../runs/order.ts'

export function stopJob(api: Api, deps: CronDeps): void {
  api.post(
    '/api/cron/:job/stop',
    {
      config: { access: 'administer' },
      schema: {
        tags: ['jobs'],
        summary: 'Pause the run of a job',
        description:
          'For this run only: the clock goes on as `enable` and `disable` say. It rests behind the batch that is just being written, with its cursor; `start` lets it go on, and after seven days it fails.',
        params: JobParams,
        body: JobOrder,
        response: {
          202: JobRunBegun.meta({ description: 'It rests, or will.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(404, 409),
        },
      },
    },
    async (request, reply) => {
      const { body, params } = request
      const definition = findJob({ name: params.job, definitions: deps.scheduleDefinitions })
      const run = await findGoingRun(definition, deps)
      if (!run) throw refusal(apiErrors.JOB_NOT_RUNNING)
      await pauseRun({ run, definition, actor: callerOf(request).name, reason: reasonOf(body) }, deps)
      const { uuid, state, status } = run
      return reply
        .code(202)
        .header('location', pathOfRun(uuid))
        .send({ uuid, job: params.job, state, status, dryRun: inputOf(run).dryRun })
    },
  )
}
