import { NO_REASON } from '@rollcall/engine'
import { bodyProblems, callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { beginJob, JobRunBegun, pathOfRun } from '../cron/begin-job.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { findJob } from '../cron/find-job.ts'
import { JobParams } from '../cron/job-order.ts'
import { namingFields } from '../cron/setting-problems.ts'
import { Reason, reasonOf } from '../runs/order.ts'

const Body = z
  .strictObject({
    reason: Reason.optional(),
    dryRun: z.boolean().default(false).meta({ description: 'Decide on every account and change none; see the differences in its items.' }),
  })
  .nullish()
  .meta({ id: 'TriggerJob', description: `May be left out; the reason is then recorded as "${NO_REASON}".` })

export function triggerJob(api: Api, deps: CronDeps): void {
  api.post(
    '/api/cron/:job/trigger',
    {
      config: { access: 'administer' },
      schema: {
        tags: ['jobs'],
        summary: 'Start a job now',
        description:
          'Answers at once: follow the run at `Location`. One run of a job goes at a time in the whole fleet; while one does, it is answered with 409 and nothing is begun.',
        params: JobParams,
        body: Body,
        response: {
          202: JobRunBegun.meta({ description: 'Begun.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(404, 409),
        },
      },
    },
    async (request, reply) => {
      const { body, params } = request
      findJob({ name: params.job, definitions: deps.scheduleDefinitions })
      const order = { job: params.job, dryRun: body?.dryRun ?? false, actor: callerOf(request).name, reason: reasonOf(body) }
      const begun = await namingFields({ pathOf: (setting) => [setting], body }, () => beginJob(order, deps))
      return reply.code(202).header('location', pathOfRun(begun.uuid)).send(begun)
    },
  )
}
