// The clean-up closes accounts by itself, night after night, so nobody may let it loose without having seen what it would do. "Seen" means: whoever
// enables it names a dry run that ended well, with the very settings that stand now, and not long ago. The API asks before it enables the
// schedule; the environment cannot enable it at all. An edit of `olderThanDays` while it is enabled needs a new dry run in the same way.
import { type EpochMs, type JsonObject, type RunStatus, TerminalError } from '@rollcall/engine'
import { statusSyncErrors } from '../errors.ts'
import type { SyncRun } from '../ports/sync-runs.ts'

const DAY_MS = 86_400_000
/** What a dry run showed longer ago than this says little of tonight. */
export const DRY_RUN_HOLDS_MS = 7 * DAY_MS

export interface SeenDryRun {
  readonly run: Pick<SyncRun, 'job' | 'dryRun' | 'config' | 'startedAt'>
  /** Of the run in the ledger. */
  readonly status: RunStatus
}

/**
 * @param seen what the operator names; null where he names nothing, or nothing that there is
 * @param olderThanDays as it would stand
 * @throws TerminalError DRY_RUN_NEEDED that says what is wrong with the one named
 */
export function assertMayEnableCleanup({
  seen,
  olderThanDays,
  now,
}: {
  readonly seen: SeenDryRun | null
  readonly olderThanDays: number
  readonly now: EpochMs
}): void {
  const fault = faultOf({ seen, olderThanDays, now })
  if (fault !== null) throw new TerminalError(statusSyncErrors.DRY_RUN_NEEDED, fault)
}

function faultOf({ seen, olderThanDays, now }: Parameters<typeof assertMayEnableCleanup>[0]): string | null {
  if (!seen) return 'None was named.'
  const { run, status } = seen
  if (run.job !== 'accountCleanup' || !run.dryRun) return 'The run that was named is no dry run of it.'
  if (status !== 'completed') return `The dry run that was named is ${status}.`
  if (now - run.startedAt > DRY_RUN_HOLDS_MS) return 'The dry run that was named is more than seven days old.'
  const shown = olderThanDaysOf(run.config)
  return shown === olderThanDays ? null : `The dry run that was named looked for ${shown} days, not for ${olderThanDays}.`
}

function olderThanDaysOf({ olderThanDays }: JsonObject): number | null {
  return typeof olderThanDays === 'number' ? olderThanDays : null
}
