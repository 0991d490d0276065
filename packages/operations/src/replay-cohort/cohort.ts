// Which ended runs an operator means, said once for the API, the process and the store.
import { z } from 'zod'

/** More runs than this in one cohort would change its own run's state more often than a run may. */
export const MOST_IN_COHORT = 100_000
/** From here on a cohort waits behind everybody who asked for one thing. */
export const MOST_IN_OWN_LANE = 20

/** Every field narrows; those left out do not. Times are milliseconds since 1970; From is inclusive, To is not. */
export const CohortFilter = z.object({
  status: z.enum(['failed', 'cancelled']),
  process: z.string().optional(),
  /** The state in which it ended. */
  endedIn: z.string().optional(),
  errorCode: z.string().optional(),
  endedFrom: z.int().optional(),
  endedTo: z.int().optional(),
  createdFrom: z.int().optional(),
  createdTo: z.int().optional(),
  /** The school, organisation or provider. */
  scopeId: z.string().optional(),
  groupUuid: z.string().optional(),
})
export type CohortFilter = z.infer<typeof CohortFilter>
