import { editSchedule, engineErrors, type Json, type Order, type Schedule } from '@rollcall/engine'
import { refusal } from '@rollcall/platform/http'
import type { CronDeps } from './cron-deps.ts'
import { findJob } from './find-job.ts'
import { assertSeen } from './seen-dry-run.ts'

export interface ChangeOfSchedule extends Order {
  readonly name: string
  /** Null: whatever stands. */
  readonly expectedVersion: number | null
  readonly changes: Readonly<Record<string, Json>>
  /** The dry run that was seen, for the clean-up. */
  readonly dryRunUuid: string | null
}

type ChangeScheduleDeps = Pick<CronDeps, 'schedules' | 'scheduleDefinitions' | 'queries' | 'syncRuns' | 'clock' | 'newId'>

/**
 * Changes the settings of a job, lastingly and for every instance.
 * @throws TerminalError SCHEDULE_NOT_FOUND, SCHEDULE_CHANGED, DRY_RUN_NEEDED; ScheduleSettingsError
 */
export async function changeSchedule({ dryRunUuid, ...change }: ChangeOfSchedule, deps: ChangeScheduleDeps): Promise<Schedule> {
  const { scheduleDefinitions: definitions } = deps
  findJob({ name: change.name, definitions })
  const standing = await findSchedule(change.name, deps)
  await assertSeen({ standing, changes: change.changes, dryRunUuid }, deps)
  // Nobody is to change between the look and the change what was looked at: enabled already, the clean-up may have been disabled and let reach
  // further meanwhile. Whoever disables is held up by nothing.
  const expectedVersion = change.changes.enabled === false ? change.expectedVersion : (change.expectedVersion ?? standing.version)
  return editSchedule({ ...change, expectedVersion }, { ...deps, definitions })
}

/** @throws ProblemError SCHEDULE_NOT_FOUND, where no worker-sync of this release has started yet */
export async function findSchedule(name: string, { schedules }: Pick<CronDeps, 'schedules'>): Promise<Schedule> {
  const standing = await schedules.find(name)
  if (standing) return standing
  throw refusal(engineErrors.SCHEDULE_NOT_FOUND, { detail: `${name} is set up once a worker-sync of this release has started.` })
}
