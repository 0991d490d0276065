// The clean-up may be let loose only by whoever has seen what it would do.
import type { Json, Run, Schedule, ScheduleDefinition } from '@rollcall/engine'
import { accountCleanup, assertMayEnableCleanup, CleanupReach, noDryRunNamed, reachesFurther, type SeenDryRun } from '@rollcall/status-sync'
import type { CronDeps } from './cron-deps.ts'

/**
 * @param changes what is about to be set
 * @throws TerminalError DRY_RUN_NEEDED, where the schedule would then reach further than the dry run that is named has shown
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
  const reach = reachOf({ definition, standing, changes })
  // What cannot be is refused by the settings' own check.
  if (enabled !== true || reach === null) return
  const shown = standing.enabled.value === true ? reachOf({ definition, standing, changes: {} }) : null
  if (shown !== null && reachesFurther({ shown, reach }) === null) return
  assertMayEnableCleanup({ seen: await findSeen(dryRunUuid, { queries, syncRuns }), reach, now: clock.now() })
}

/** Null where one of the changes is none that the settings take. */
function reachOf({
  definition,
  standing,
  changes,
}: {
  readonly definition: ScheduleDefinition
  readonly standing: Schedule
  readonly changes: Readonly<Record<string, Json>>
}): CleanupReach | null {
  const stored = Object.entries(standing.settings).map(([name, { value }]) => [name, value])
  return CleanupReach.safeParse({ ...definition.defaults.settings, ...Object.fromEntries(stored), ...changes }).data ?? null
}

/**
 * Whoever enabled the job has seen what it would do with the settings that stand: until then it closes nothing by anybody's order, either.
 * @throws TerminalError DRY_RUN_NEEDED
 */
export async function assertMayBegin(
  job: string,
  { schedules, scheduleDefinitions }: Pick<CronDeps, 'schedules' | 'scheduleDefinitions'>,
): Promise<void> {
  const definition = scheduleDefinitions.find(({ name }) => name === job)
  if (definition?.process.name !== accountCleanup.name) return
  const standing = await schedules.find(job)
  if (standing?.enabled.value !== true) throw noDryRunNamed()
}

async function findSeen(uuid: string | null, { queries, syncRuns }: Pick<CronDeps, 'queries' | 'syncRuns'>): Promise<SeenDryRun | null> {
  if (uuid === null) return null
  const [ran, run]: [Run | null, Awaited<ReturnType<typeof syncRuns.find>>] = await Promise.all([queries.find(uuid), syncRuns.find(uuid)])
  return ran && run && { run, status: ran.status }
}
