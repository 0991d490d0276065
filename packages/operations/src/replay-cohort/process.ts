import { defineProcess, retryPolicies } from '@rollcall/engine'
import { z } from 'zod'
import { CohortFilter } from './cohort.ts'

export const ReplayCohortInput = z.object({
  /** The run's own uuid: each order is a cohort of its own. */
  cohortUuid: z.string(),
  filter: CohortFilter,
  /** Null: each from the state in which it ended. */
  fromState: z.string().nullable(),
  actor: z.string(),
  reason: z.string(),
  /** Runs that changed after this time are not meant. */
  asOf: z.int(),
  /** How many the operator was shown. */
  count: z.int(),
  /** Whoever ordered it does not administer jobs: none of its runs may be a job's, whichever failed while they were counted. */
  withoutJobs: z.boolean().optional(),
})
export type ReplayCohortInput = z.infer<typeof ReplayCohortInput>

const Place = z.object({ createdAt: z.int(), uuid: z.string() })

/** Replays every ended run that a filter names, and notes of each what became of it. */
export const replayCohort = defineProcess({
  name: 'replay-cohort',
  input: ReplayCohortInput,
  // Whom it means, and in whose name, was ordered and audited once.
  correctable: false,
  about: ({ cohortUuid, filter }) => ({
    type: 'REPLAY_COHORT',
    subjectId: cohortUuid,
    subjectName: null,
    scopeId: filter.scopeId ?? null,
  }),
  start: 'SELECT_RUNS',
  states: {
    SELECT_RUNS: {
      worker: 'sync',
      operation: 'SELECTED_RUNS',
      retry: retryPolicies.database,
      received: z.object({ selected: z.int(), after: Place.nullable() }),
      next: { more: 'SELECT_RUNS', selected: 'REPLAY_ITEMS' },
    },
    REPLAY_ITEMS: {
      worker: 'sync',
      operation: 'REPLAYED_RUNS',
      retry: retryPolicies.database,
      timeout: '3m',
      received: z.object({ replayed: z.int(), refused: z.int() }),
      next: { more: 'REPLAY_ITEMS', allReplayed: 'COMPLETED', someRefused: 'COMPLETED' },
      partial: ['someRefused'],
    },
  },
})

export type ReplayCohort = typeof replayCohort
