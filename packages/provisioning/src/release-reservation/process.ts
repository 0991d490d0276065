import { defineProcess, retryPolicies } from '@rollcall/engine'
import { z } from 'zod'
import { ACCOUNT_KINDS } from '../account-kind.ts'

export const ReleaseReservationInput = z.object({
  personId: z.string(),
  kind: z.enum(ACCOUNT_KINDS),
  username: z.string(),
  /** As `UnfinishedAccounts.find` told it when the release was ordered. */
  versionsSeen: z.int(),
})

/** In how many looks on end the directory must show nothing of ours. */
export const LOOKS = 5

const Looks = z.object({ looks: z.int() })

/** Gives up a username that was reserved for an account that was never made. Why each state is there: README.md beside this file. */
export const releaseReservation = defineProcess({
  name: 'release-reservation',
  input: ReleaseReservationInput,
  about: ({ personId }) => ({ type: 'RELEASE_RESERVATION', subjectId: personId, subjectName: null, scopeId: null }),
  start: 'CHECK_DIRECTORY',
  states: {
    // An account that stands is nearly always found by the first look: whoever ordered the release learns of it at once.
    CHECK_DIRECTORY: {
      worker: 'poll',
      operation: 'LOOKED_FOR_AZURE_USER',
      resource: 'graph',
      poll: { pauses: ['1s', '30s'], giveUpAfter: '2h' },
      received: Looks,
      next: { absent: 'WATCH_DIRECTORY' },
      replayable: true,
    },
    // Each look is an entry of its own, after the first pause.
    WATCH_DIRECTORY: {
      worker: 'poll',
      operation: 'LOOKED_FOR_AZURE_USER',
      resource: 'graph',
      poll: { pauses: ['2m'], giveUpAfter: '6h' },
      received: Looks,
      next: { more: 'WATCH_DIRECTORY', absent: 'RELEASE_RESERVATION' },
    },
    RELEASE_RESERVATION: {
      worker: 'persist',
      operation: 'RELEASED_USERNAME',
      retry: retryPolicies.database,
      next: { released: 'COMPLETED' },
    },
  },
})

export type ReleaseReservation = typeof releaseReservation
