import { NO_REASON } from '@rollcall/engine'
import { bodyProblems, callerOf, keyProblems, problemResponses } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { changeSchedule } from '../cron/change-schedule.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { findJob } from '../cron/find-job.ts'
import { JobOrder, JobParams } from '../cron/job-order.ts'
import { ScheduleView, scheduleViewOf } from '../cron/schedule-view.ts'
import { Reason, reasonOf } from '../runs/order.ts'

const EnableBody = z
  .strictObject({
    reason: Reason.optional(),
    dryRun: z.uuid().toLowerCase().optional().meta({
      description:
        'For accountCleanup: the dry run whose differences you have seen. Not older than seven days, with the settings of today.',
    }),
  })
  .nullish()
  .meta({ id: 'EnableJob', description: `May be left out, but for accountCleanup; the reason is then recorded as "${NO_REASON}".` })

const responses = {
  200: ScheduleView.meta({ description: 'As it stands from now on.' }),
  ...keyProblems,
  ...bodyProblems,
  ...problemResponses(404, 409),
}

/** Enabling and disabling last, for every instance; a run that is going is left alone. */
export function switchJob(api: Api, deps: CronDeps): void {
  api.patch(
    '/api/cron/:job/enable',
    {
      config: { access: 'administer' },
      schema: {
        tags: ['jobs'],
        summary: 'Let the clock start a job',
        description: 'Lasts, over restarts and for every instance.',
        params: JobParams,
        body: EnableBody,
        response: responses,
      },
    },
    async (request, reply) => {
      const { body, params } = request
      const order = { actor: callerOf(request).name, reason: reasonOf(body), dryRunUuid: body?.dryRun ?? null }
      return reply.send(await switched({ name: params.job, enabled: true, ...order }))
    },
  )

  api.patch(
    '/api/cron/:job/disable',
    {
      config: { access: 'administer' },
      schema: {
        tags: ['jobs'],
        summary: 'Keep the clock from starting a job',
        description: 'Lasts, over restarts and for every instance. A run that is going goes on; `stop` pauses it.',
        params: JobParams,
        body: JobOrder,
        response: responses,
      },
    },
    async (request, reply) => {
      const { body, params } = request
      const order = { actor: callerOf(request).name, reason: reasonOf(body), dryRunUuid: null }
      return reply.send(await switched({ name: params.job, enabled: false, ...order }))
    },
  )

  async function switched({ name, enabled, ...order }: SwitchOrder): Promise<ScheduleView> {
    const definition = findJob({ name, definitions: deps.scheduleDefinitions })
    const schedule = await changeSchedule({ name, expectedVersion: null, changes: { enabled }, ...order }, deps)
    return scheduleViewOf({ schedule, definition, now: deps.clock.now() })
  }
}

interface SwitchOrder {
  readonly name: string
  readonly enabled: boolean
  readonly actor: string
  readonly reason: string
  readonly dryRunUuid: string | null
}
