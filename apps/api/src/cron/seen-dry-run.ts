// The clean-up may be let loose only by whoever has seen what it would do.
import type { Json, Run, Schedule } from '@rollcall/engine'
import { accountCleanup, assertMayEnableCleanup, type SeenDryRun } from '@rollcall/status-sync'
import type { CronDeps } from './cron-deps.ts'

/**
 * @param changes what is about to be set
 * @throws TerminalError DRY_RUN_NEEDED, where the schedule would then close other accounts than the dry run that is named has shown
 */
export async function assertSeen(
  {
    standing,
    changes,
    dryRunUuid,
  }: { readonly standing: Schedule; readonly changes: Readonly<Record<string, Json>>; readonly dryRunUuid: string | null },
  { queries, syncRuns, scheduleDefinitions, clock }: Pick<CronDeps, 'queries' | 'syncRuns' | 'scheduleDefinitions' | 'clock'>,
): Promise<void> {
  const definition = scheduleDefinitions.find(({ name }) => name === standing.name)
  if (definition?.process.name !== accountCleanup.name) return
  const enabled = changes.enabled ?? standing.enabled.value
  const before = standing.settings.olderThanDays?.value
  const olderThanDays = changes.olderThanDays ?? before
  const isNews = enabled === true && (standing.enabled.value !== true || olderThanDays !== before)
  // What is no number is refused by the settings' own check.
  if (!isNews || typeof olderThanDays !== 'number') return
  assertMayEnableCleanup({ seen: await findSeen(dryRunUuid, { queries, syncRuns }), olderThanDays, now: clock.now() })
}

/**
 * Whoever enabled the job has seen what it would do with the settings that stand: until then it closes nothing by anybody's order, either.
 * @throws TerminalError DRY_RUN_NEEDED
 */
export async function assertMayBegin(
  job: string,
  { schedules, scheduleDefinitions, clock }: Pick<CronDeps, 'schedules' | 'scheduleDefinitions' | 'clock'>,
): Promise<void> {
  const definition = scheduleDefinitions.find(({ name }) => name === job)
  if (definition?.process.name !== accountCleanup.name) return
  const standing = await schedules.find(job)
  if (standing?.enabled.value === true) return
  const olderThanDays = standing?.settings.olderThanDays?.value
  assertMayEnableCleanup({ seen: null, olderThanDays: typeof olderThanDays === 'number' ? olderThanDays : 0, now: clock.now() })
}

async function findSeen(uuid: string | null, { queries, syncRuns }: Pick<CronDeps, 'queries' | 'syncRuns'>): Promise<SeenDryRun | null> {
  if (uuid === null) return null
  const [ran, run]: [Run | null, Awaited<ReturnType<typeof syncRuns.find>>] = await Promise.all([queries.find(uuid), syncRuns.find(uuid)])
  return ran && run && { run, status: ran.status }
}
