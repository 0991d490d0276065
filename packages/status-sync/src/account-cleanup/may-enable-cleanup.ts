// The clean-up closes accounts by itself, night after night, so nobody may let it loose without having seen what it would do. "Seen" means: whoever
// enables it names a dry run that ended well, not long ago, with settings that let it reach no further than those that stand now. The API asks
// before it enables the schedule; the environment cannot enable it at all. An edit that lets it reach further while it is enabled needs a new dry
// run in the same way; one that holds it back needs none.
import { type EpochMs, type RunStatus, TerminalError } from '@rollcall/engine'
import type { z } from 'zod'
import { statusSyncErrors } from '../errors.ts'
import type { SyncRun } from '../ports/sync-runs.ts'
import { CleanupConfig } from './process.ts'

const DAY_MS = 86_400_000
/** What a dry run showed longer ago than this says little of tonight. */
export const DRY_RUN_HOLDS_MS = 7 * DAY_MS

/** The settings that decide whom it closes, and how many it may close while nobody looks. All others decide how it goes about that. */
export const CleanupReach = CleanupConfig.pick({ olderThanDays: true, limitMinimum: true, limitPercent: true })
export type CleanupReach = z.infer<typeof CleanupReach>

export interface SeenDryRun {
  readonly run: Pick<SyncRun, 'job' | 'dryRun' | 'config' | 'startedAt'>
  /** Of the run in the ledger. */
  readonly status: RunStatus
}

/**
 * @param seen what the operator names; null where he names nothing, or nothing that there is
 * @param reach as it would stand
 * @throws TerminalError DRY_RUN_NEEDED that says what is wrong with the one named
 */
export function assertMayEnableCleanup({
  seen,
  reach,
  now,
}: {
  readonly seen: SeenDryRun | null
  readonly reach: CleanupReach
  readonly now: EpochMs
}): void {
  if (!seen) throw noDryRunNamed()
  const fault = faultOf({ seen, reach, now })
  if (fault !== null) throw new TerminalError(statusSyncErrors.DRY_RUN_NEEDED, fault)
}

export function noDryRunNamed(): TerminalError {
  return new TerminalError(statusSyncErrors.DRY_RUN_NEEDED, 'None was named.')
}

interface Named {
  readonly seen: SeenDryRun
  readonly reach: CleanupReach
  readonly now: EpochMs
}

function faultOf({ seen: { run, status }, reach, now }: Named): string | null {
  if (run.job !== 'accountCleanup' || !run.dryRun) return 'The run that was named is no dry run of it.'
  if (status !== 'completed') return `The dry run that was named is ${status}.`
  if (now - run.startedAt > DRY_RUN_HOLDS_MS) return 'The dry run that was named is more than seven days old.'
  const shown = CleanupReach.safeParse(run.config).data
  if (!shown) return 'The settings of the dry run that was named cannot be read.'
  const further = reachesFurther({ shown, reach })
  return further === null ? null : `The dry run that was named ${further}.`
}

/** @returns in what the clean-up would reach further than what was shown, as a sentence that begins with whoever showed it; null where it would not */
export function reachesFurther({ shown, reach }: { readonly shown: CleanupReach; readonly reach: CleanupReach }): string | null {
  if (shown.olderThanDays !== reach.olderThanDays) return `looked for ${shown.olderThanDays} days, not for ${reach.olderThanDays}`
  for (const limit of ['limitMinimum', 'limitPercent'] as const)
    if (shown[limit] < reach[limit]) return `had a ${limit} of ${shown[limit]}, not of ${reach[limit]}`
  return null
}
