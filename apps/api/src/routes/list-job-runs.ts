import { type Run, scheduleOfProcess } from '@rollcall/engine'
import { keyProblems, problemResponses } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { findJob } from '../cron/find-job.ts'
import { JobRunSummary, jobRunSummaryOf } from '../cron/sync-run-view.ts'
import { NextCursor } from '../paging/create-page-cursor.ts'
import { runCursor } from '../runs/cursor.ts'

const Query = z.strictObject({
  job: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .meta({ examples: ['userStatusSync'] }),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: runCursor.param(),
})

const JobRuns = z
  .object({
    runs: z.array(JobRunSummary),
    nextCursor: NextCursor,
  })
  .meta({ id: 'JobRunList' })

export type ListJobRunsDeps = Pick<CronDeps, 'queries' | 'jobReads' | 'scheduleDefinitions'>

export function listJobRuns(api: Api, { queries, jobReads, scheduleDefinitions: definitions }: ListJobRunsDeps): void {
  api.get(
    '/api/cron/runs',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['jobs'],
        summary: 'List the runs of the jobs, newest first',
        description: 'Those that the ledger still keeps. Go on with `nextCursor` until it is null.',
        querystring: Query,
        response: { 200: JobRuns, ...keyProblems, ...problemResponses(400, 404) },
      },
    },
    async ({ query: { job, limit, cursor } }) => {
      const asked = job === undefined ? definitions : [findJob({ name: job, definitions })]
      const after = runCursor.decode(cursor)
      const pages = await Promise.all(asked.map(({ process }) => queries.list({ process: process.name }, { after, limit })))
      const found = pages.flatMap(({ runs }) => runs).toSorted(newestFirst)
      const runs = found.slice(0, limit)
      const last = runs.at(-1)
      const hasMore = found.length > limit || pages.some(({ next }) => next !== null)
      return { runs: await viewsOf(runs), nextCursor: hasMore && last ? runCursor.encode(last) : null }
    },
  )

  async function viewsOf(runs: readonly Run[]): Promise<JobRunSummary[]> {
    const syncs = await jobReads.syncRuns(runs.map(({ uuid }) => uuid))
    return Promise.all(
      runs.flatMap((run) => {
        const definition = scheduleOfProcess(definitions, run.process)
        if (!definition) return []
        return [viewOf({ run, definition, sync: syncs.get(run.uuid) })]
      }),
    )
  }

  /** At most one run of a job is going: only of those the history is needed. */
  async function viewOf(found: Omit<Parameters<typeof jobRunSummaryOf>[0], 'history'>): Promise<JobRunSummary> {
    return jobRunSummaryOf({ ...found, history: found.run.dueAt === null ? [] : await queries.history(found.run.uuid) })
  }
}

function newestFirst(a: Run, b: Run): number {
  return b.createdAt - a.createdAt || (a.uuid < b.uuid ? 1 : -1)
}
