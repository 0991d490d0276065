import { engineErrors, type Json, type Schedule, TerminalError } from '@rollcall/engine'
import { bodyProblems, callerOf, keyProblems, problemResponses, refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { type ChangeOfSchedule, changeSchedule } from '../cron/change-schedule.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { findJob } from '../cron/find-job.ts'
import { JobParams } from '../cron/job-order.ts'
import { etagOf, ScheduleView, scheduleViewOf, versionIn } from '../cron/schedule-view.ts'
import { namingFields } from '../cron/setting-problems.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { Reason } from '../runs/order.ts'

const Body = z
  .strictObject({
    cron: z
      .string()
      .max(200)
      .optional()
      .meta({ description: 'Five fields: minute, hour, day of month, month, day of week.', examples: ['0 */3 * * *'] }),
    timeZone: z
      .string()
      .max(60)
      .optional()
      .meta({ examples: ['Europe/Sofia'] }),
    settings: z
      .record(z.string().max(60), z.unknown())
      .optional()
      .meta({
        description: 'The job’s own settings, as its configuration names them; those left out stay.',
        examples: [{ batchSize: 25 }],
      }),
    reason: Reason,
    dryRun: z.uuid().toLowerCase().optional().meta({
      description:
        'For accountCleanup, where it is enabled, and olderThanDays changes or a limit is raised: the dry run whose differences you have seen.',
    }),
  })
  .refine(({ cron, timeZone, settings = {} }) => cron !== undefined || timeZone !== undefined || Object.keys(settings).length > 0, {
    error: 'must change at least one of cron, timeZone, settings',
  })
  .meta({ id: 'EditJob' })

const Headers = z.object({
  'if-match': z.string().max(100).optional().meta({ description: 'The ETag of the configuration that was seen.' }),
})

const COMMON = ['cron', 'timeZone']

export function editJob(api: Api, deps: CronDeps): void {
  api.patch(
    '/api/cron/:job',
    {
      config: { access: 'administer' },
      schema: {
        tags: ['jobs'],
        summary: 'Change when a job runs, and with which settings',
        description:
          'Lasts, over restarts and for every instance; a run that is going keeps what it began with. Needs `If-Match`. Answers the next five fire times and a sentence, so that a mistake is seen at once; what cannot be is refused with 400, naming the field.',
        params: JobParams,
        headers: Headers,
        body: Body,
        response: {
          200: ScheduleView.meta({ description: 'As it stands from now on.' }),
          ...keyProblems,
          ...bodyProblems,
          ...problemResponses(404, 409, 412, 428),
        },
      },
    },
    async (request, reply) => {
      const { cron, timeZone, settings = {}, reason, dryRun = null } = request.body
      const definition = findJob({ name: request.params.job, definitions: deps.scheduleDefinitions })
      const expectedVersion = versionIn(request.headers['if-match'])
      if (expectedVersion === null) throw refusal(apiErrors.SCHEDULE_VERSION_MISSING)
      const changes = { ...withoutCommon(settings, definition.name), ...given({ cron, timeZone }) }
      const order = { name: definition.name, expectedVersion, changes, dryRunUuid: dryRun, actor: callerOf(request).name, reason }
      const pathOf = (setting: string) => (COMMON.includes(setting) ? [setting] : ['settings', setting])
      const schedule = await namingFields({ pathOf, body: request.body }, () => edited(order, deps))
      return reply.header('etag', etagOf(schedule)).send(scheduleViewOf({ schedule, definition, now: deps.clock.now() }))
    },
  )
}

async function edited(order: ChangeOfSchedule, deps: CronDeps): Promise<Schedule> {
  try {
    return await changeSchedule(order, deps)
  } catch (error) {
    const isPassed = error instanceof TerminalError && error.errorCode.code === engineErrors.SCHEDULE_CHANGED.code
    throw isPassed ? refusal(apiErrors.SCHEDULE_VERSION_PASSED) : error
  }
}

/** What has an address, or a field, of its own is not set among the others. */
function withoutCommon(settings: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, Json>> {
  for (const common of ['enabled', ...COMMON])
    if (Object.hasOwn(settings, common)) {
      const detail = common === 'enabled' ? `PATCH /api/cron/${name}/enable or disable does that.` : `${common} stands beside settings.`
      throw refusal(engineErrors.SCHEDULE_SETTINGS_INVALID, { detail: `settings.${common}: ${detail}` })
    }
  return asJson(settings)
}

/** They came as JSON. */
function asJson(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, Json>> {
  return settings as Readonly<Record<string, Json>>
}

function given<Values extends Readonly<Record<string, Json | undefined>>>(values: Values): Record<string, Json> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
