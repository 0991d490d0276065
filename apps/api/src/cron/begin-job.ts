import { type JsonObject, type Order, type RunStatus, triggerSchedule } from '@rollcall/engine'
import { refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import { apiErrors } from '../problems/api-errors.ts'
import type { CronDeps } from './cron-deps.ts'
import { assertMayBegin } from './seen-dry-run.ts'

export const JobRunBegun = z
  .object({ uuid: z.string(), job: z.string(), state: z.string(), status: z.string(), dryRun: z.boolean() })
  .meta({ id: 'JobRunBegun' })

export function pathOfRun(uuid: string): string {
  return `/api/cron/runs/${uuid}`
}

/** Begins a run now, whether the job is enabled or not. @throws ProblemError JOB_RUNNING, with the run that is going; TerminalError DRY_RUN_NEEDED; ScheduleSettingsError */
export async function beginJob(
  { job, dryRun, actor, reason }: { readonly job: string; readonly dryRun: boolean } & Order,
  { scheduleDefinitions: definitions, ...deps }: CronDeps,
): Promise<z.infer<typeof JobRunBegun>> {
  if (!dryRun) await assertMayBegin(job, { ...deps, scheduleDefinitions: definitions })
  const overrides: JsonObject = dryRun ? { dryRun } : {}
  const { kind, run } = await triggerSchedule({ name: job, requestedBy: actor, reason, overrides }, { ...deps, definitions })
  if (kind === 'running') throw jobRunning(run)
  return { uuid: run.uuid, job, state: run.state, status: run.status, dryRun }
}

export function jobRunning({ uuid, state, status }: { readonly uuid: string; readonly state: string; readonly status: RunStatus }) {
  return refusal(apiErrors.JOB_RUNNING, { detail: `Run ${uuid} stands in ${state} (${status}).`, uuid }, { location: pathOfRun(uuid) })
}
