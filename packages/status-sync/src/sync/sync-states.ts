// The table of every job that lets accounts follow their registrations: decide all, then apply. Each job's process.ts names it; one table, since
// they differ in whom they look at and by which rules, and in nothing else.
import { type ProcessDefinition, retryPolicies } from '@rollcall/engine'
import { z } from 'zod'
import { DIRECTIONS } from '../rules/blast-radius.ts'
import type { SyncInput } from './sync-input.ts'

const Overrun = z.object({ direction: z.enum(DIRECTIONS), changes: z.int(), limit: z.int() })

/** Where it stands; the cursor and all counters stand in SyncRun. */
const Decided = z.object({ scanned: z.int(), toChange: z.int(), overruns: z.array(Overrun) })
const Applied = z.object({ applied: z.int(), conflicted: z.int(), failed: z.int() })

export const syncStates = {
  // An outage of the registration service is *not yet*: recorded once, looked again for a day, and nothing is lost of what was decided.
  DECIDE: {
    worker: 'sync',
    operation: 'DECIDED_ON_ACCOUNTS',
    poll: { first: '10s', factor: 2, max: '1m', giveUpAfter: '24h' },
    timeout: '5m',
    received: Decided,
    next: {
      more: 'DECIDE',
      paused: 'DECIDE_PAUSED',
      overLimit: 'AWAIT_APPROVAL',
      decided: 'APPLY',
      nothingToChange: 'COMPLETED',
      dryRun: 'COMPLETED',
    },
  },
  DECIDE_PAUSED: {
    worker: 'sync',
    operation: 'PAUSED',
    signal: { name: 'resume', deadline: '7d' },
    next: { resumed: 'DECIDE' },
  },
  AWAIT_APPROVAL: {
    worker: 'sync',
    operation: 'AWAITED_APPROVAL',
    signal: { name: 'approval', deadline: '24h' },
    next: { approved: 'RECHECK', refused: 'COMPLETED' },
    partial: ['refused'],
  },
  // Time may have passed since: what the registrations say now decides what is left of the changes.
  RECHECK: {
    worker: 'sync',
    operation: 'RECHECKED_REGISTRATIONS',
    poll: { first: '10s', factor: 2, max: '1m', giveUpAfter: '24h' },
    timeout: '5m',
    // `since`: of the stay that the cursor belongs to. `from`: when its first answer was asked for; those up to `after` are no older.
    received: z.object({
      rechecked: z.int(),
      dropped: z.int(),
      after: z.string().nullable(),
      since: z.int(),
      from: z.int().nullable().default(null),
    }),
    next: { more: 'RECHECK', paused: 'APPLY_PAUSED', rechecked: 'APPLY' },
  },
  APPLY: {
    worker: 'persist',
    operation: 'APPLIED_CHANGES',
    retry: retryPolicies.database,
    poll: { first: '30s', factor: 1, max: '30s', giveUpAfter: '24h' },
    timeout: '5m',
    received: Applied,
    // Nothing is applied on an old answer, however the run came by it: a pause, an outage, a replay, or a long wait in the queue.
    next: { more: 'APPLY', paused: 'APPLY_PAUSED', outdated: 'RECHECK', applied: 'COMPLETED', someNotApplied: 'COMPLETED' },
    partial: ['someNotApplied'],
  },
  APPLY_PAUSED: {
    worker: 'sync',
    operation: 'PAUSED',
    signal: { name: 'resume', deadline: '7d' },
    next: { resumed: 'RECHECK' },
  },
} as const

/** Any job of this table. */
export interface SyncProcess extends ProcessDefinition {
  readonly input: typeof SyncInput
  readonly states: typeof syncStates
}
