import { bodyProblems, callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import type { Api } from '../api.ts'
import { beginJob, JobRunBegun, jobRunning, pathOfRun } from '../cron/begin-job.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { findJob } from '../cron/find-job.ts'
import { findGoingRun } from '../cron/find-job-run.ts'
import { JobOrder, JobParams } from '../cron/job-order.ts'
import { awaitedSignal, RESUME } from '../cron/job-signals.ts'
import { resumeRun } from '../cron/pause-and-resume.ts'
import { inputOf } from '../cron/sync-run-view.ts'
import { reasonOf } from '../runs/order.ts'

export function startJob(api: Api, deps: CronDeps): void {
  api.post(
    '/api/cron/:job/start',
    {
      config: { access: 'administer' },
      schema: {
        tags: ['jobs'],
        summary: 'Let the run of a job go on, or start one',
        description:
          'For this run only: whether the clock starts the next one, `enable` and `disable` say. A run that rests, or was asked to, goes on from its cursor; where none is going, one begins.',
        params: JobParams,
        body: JobOrder,
        response: {
          202: JobRunBegun.meta({ description: 'Begun, or on its way again.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(404, 409),
        },
      },
    },
    async (request, reply) => {
      const { body, params } = request
      const definition = findJob({ name: params.job, definitions: deps.scheduleDefinitions })
      const order = { actor: callerOf(request).name, reason: reasonOf(body) }
      const run = await findGoingRun(definition, deps)
      if (!run) {
        const begun = await beginJob({ job: params.job, dryRun: false, ...order }, deps)
        return reply.code(202).header('location', pathOfRun(begun.uuid)).send(begun)
      }
      const rests = awaitedSignal(definition.process, run.state) === RESUME
      const isAsked = (await deps.syncRuns.find(run.uuid))?.pauseAskedBy != null
      if (!rests && !isAsked) throw jobRunning(run)
      await resumeRun({ run, definition, ...order }, deps)
      const { uuid, state, status } = run
      return reply
        .code(202)
        .header('location', pathOfRun(uuid))
        .send({ uuid, job: params.job, state, status, dryRun: inputOf(run).dryRun })
    },
  )
}
