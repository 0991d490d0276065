import { defineProcess, retryPolicies } from '@rollcall/engine'
import { z } from 'zod'

export const CANARY_PROCESS = 'canary'

const CanaryInput = z.object({ fleet: z.string() })

/**
 * A run that does nothing, on its way through one queue of each worker. That it arrives shows from outside that every worker takes jobs, which
 * a worker that has silently stopped cannot say about itself.
 */
export const canary = defineProcess({
  name: CANARY_PROCESS,
  input: CanaryInput,
  correctable: false,
  // One subject: at most one canary is under way in a fleet.
  about: ({ fleet }) => ({ type: 'CANARY', subjectId: fleet, subjectName: null, scopeId: null }),
  start: 'CANARY_CREATE',
  states: {
    CANARY_CREATE: { worker: 'create', retry: retryPolicies.database, next: { sent: 'CANARY_POLL' } },
    CANARY_POLL: {
      worker: 'poll',
      poll: { first: '250ms', factor: 2, max: '5s', giveUpAfter: '1h' },
      next: { seen: 'CANARY_PERSIST' },
    },
    CANARY_PERSIST: { worker: 'persist', retry: retryPolicies.database, next: { arrived: 'COMPLETED' } },
  },
})
