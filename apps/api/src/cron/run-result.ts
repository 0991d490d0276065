import type { Run } from '@rollcall/engine'
import { HealthReport, type SyncRun } from '@rollcall/status-sync'
import { z } from 'zod'

export const JobResult = z
  .object({
    success: z.boolean().meta({ description: 'Whether all was done that was asked for: a partial or failed run is none.' }),
    processed: z.int().meta({ description: 'Accounts that were looked at; of a health check the parts that were asked.' }),
    updated: z.int(),
    errors: z.int().meta({ description: 'Changes that could not be applied; of a health check the parts that are ill.' }),
    duration: z.int().meta({ description: 'Milliseconds from its beginning to its end, waiting for people included.' }),
    errorCode: z.string().nullable().meta({ description: 'Why the run failed as a whole.' }),
  })
  .meta({ id: 'JobResult' })
export type JobResult = z.infer<typeof JobResult>

/** What a run that has ended came to. */
export function jobResultOf({ run, sync }: { readonly run: Run; readonly sync: SyncRun | undefined }): JobResult {
  return {
    success: run.status === 'completed' && run.completion !== 'partial',
    ...workOf({ run, sync }),
    duration: Math.max(0, run.stateSince - run.createdAt),
    errorCode: run.errorCode,
  }
}

function workOf({ run, sync }: { readonly run: Run; readonly sync: SyncRun | undefined }) {
  if (sync) {
    const { scanned, applied, conflicted, failed } = sync.counters
    return { processed: scanned, updated: applied, errors: conflicted + failed }
  }
  const parts = Object.values(reportOf(run)?.parts ?? {})
  return { processed: parts.length, updated: 0, errors: parts.filter(({ ok }) => !ok).length }
}

/** What a health check found; null for any other run, and for one that came to no answer. */
export function reportOf({ result }: Pick<Run, 'result'>): HealthReport | null {
  return HealthReport.safeParse(result.CHECK_HEALTH).data ?? null
}
