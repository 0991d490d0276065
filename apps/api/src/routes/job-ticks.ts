import { keyProblems, problemResponses } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { findJob } from '../cron/find-job.ts'
import { JobParams } from '../cron/job-order.ts'
import { isoOf } from '../runs/run-view.ts'
import { Time } from '../runs/times.ts'

const Query = z.strictObject({
  before: Time.optional().meta({ description: 'The `nextBefore` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const Ticks = z
  .object({
    ticks: z.array(
      z.object({
        dueAt: z.iso.datetime(),
        firedAt: z.iso.datetime(),
        outcome: z.enum(['started', 'skipped']).meta({ description: 'skipped: a run was still going.' }),
        runUuid: z.string().meta({ description: 'The run that it began, or that was still going.' }),
        missed: z.int().meta({ description: 'Due times before this one that nobody was there to serve; it makes up for them.' }),
      }),
    ),
    nextBefore: z.string().nullable().meta({ description: 'Where the next page begins; null on the last one.' }),
  })
  .meta({ id: 'JobTicks' })

export function jobTicks(api: Api, { schedules, scheduleDefinitions }: Pick<CronDeps, 'schedules' | 'scheduleDefinitions'>): void {
  api.get(
    '/api/cron/:job/ticks',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['jobs'],
        summary: 'List the due times of a job, and what became of each',
        description: 'Newest first. Go on with `nextBefore` until it is null.',
        params: JobParams,
        querystring: Query,
        response: { 200: Ticks, ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async ({ params: { job }, query: { before, limit } }) => {
      findJob({ name: job, definitions: scheduleDefinitions })
      const page = { schedule: job, before: before === undefined ? null : Date.parse(before) }
      // One more than asked tells whether there is a next page.
      const found = await schedules.ticks({ ...page, limit: limit + 1 })
      const ticks = found.slice(0, limit).map(({ dueAt, firedAt, outcome, runUuid, missed }) => ({
        ...{ dueAt: isoOf(dueAt), firedAt: isoOf(firedAt), outcome, runUuid, missed },
      }))
      return { ticks, nextBefore: found.length > limit ? (ticks.at(-1)?.dueAt ?? null) : null }
    },
  )
}
