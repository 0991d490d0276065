import type { EpochMs } from '@rollcall/engine'
import { z } from 'zod'
import type { SyncRun, SyncRuns } from '../ports/sync-runs.ts'
import { DEFAULT_BLAST_RADIUS } from '../rules/blast-radius.ts'
import { DEFAULT_STATUS_POLICY } from '../rules/decide-status.ts'

/** What an operator may set for a sync job, and what each run keeps of it. */
export const SyncConfig = z.object({
  batchSize: z.int().min(1).max(100).describe('Accounts per question to the registration service, and per transaction.'),
  maxRetries: z.int().min(0).max(10).describe('How often a question to the registration service is repeated before the run stands back.'),
  limitMinimum: z.int().min(0).max(1_000_000).describe('So many changes in one direction never need an approval.'),
  limitPercent: z.number().min(0).max(100).describe('Beyond that, so many per cent of the accounts that were looked at.'),
  changesPerDay: z.int().min(1).max(1_000).describe('Changes of status of one account within a day; the next one is held.'),
})
export type SyncConfig = z.infer<typeof SyncConfig>

export const DEFAULT_SYNC_CONFIG: Omit<SyncConfig, 'batchSize'> = {
  maxRetries: 3,
  limitMinimum: DEFAULT_BLAST_RADIUS.minimum,
  limitPercent: DEFAULT_BLAST_RADIUS.percent,
  changesPerDay: DEFAULT_STATUS_POLICY.maxChanges,
}

/** What starts a run of a sync job. */
export const SyncInput = z.object({
  trigger: z.enum(['schedule', 'manual']),
  requestedBy: z.string(),
  /** Null where the clock started it. */
  reason: z.string().nullable(),
  /** Decides, and changes nothing. */
  dryRun: z.boolean(),
  config: SyncConfig,
})
export type SyncInput = z.infer<typeof SyncInput>

/** How a job reads the configuration that its sync run keeps: that one holds, whatever the input says by now. */
export type ConfigSchema<Config extends SyncConfig> = z.ZodType<Config>

/** The sync run of a run that begins; what stands already is left as it stands. */
export function beginningOf({
  uuid,
  job,
  input: { config, dryRun, trigger },
  now,
}: {
  readonly uuid: string
  readonly job: SyncRun['job']
  readonly input: Pick<SyncInput, 'config' | 'dryRun' | 'trigger'>
  readonly now: EpochMs
}): Parameters<SyncRuns['begin']>[0] {
  return { runUuid: uuid, job, trigger, dryRun, config: { ...config }, startedAt: now }
}
