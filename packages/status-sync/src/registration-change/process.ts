import { defineProcess, retryPolicies } from '@rollcall/engine'
import { z } from 'zod'

/** A registration as it was pushed, in words that JSON has: `updatedAt` in epoch milliseconds. */
export const PushedRegistration = z.object({
  registrationId: z.string(),
  registrationNumber: z.string().nullable(),
  userId: z.string(),
  status: z.string(),
  version: z.int(),
  updatedAt: z.int(),
})

export const RegistrationChangeInput = z.object({
  registration: PushedRegistration,
  /** The delivery's own id. */
  webhookId: z.string(),
})
export type RegistrationChangeInput = z.infer<typeof RegistrationChangeInput>

/** Lets an account follow its registration at once. The sync jobs find what never came this way. */
export const registrationChange = defineProcess({
  name: 'registration-change',
  input: RegistrationChangeInput,
  // What the registration service has signed: nobody else says what a registration's status is.
  correctable: false,
  // Each version is news of its own; which of two is the later one is decided by the rules, not by which of them came first.
  about: ({ registration: { registrationId, version, userId } }) => ({
    type: 'REGISTRATION_CHANGED',
    subjectId: `${registrationId}/${version}`,
    subjectName: null,
    scopeId: userId,
  }),
  start: 'APPLY_CHANGE',
  states: {
    APPLY_CHANGE: {
      worker: 'persist',
      operation: 'APPLIED_REGISTRATION',
      retry: retryPolicies.database,
      received: z.object({ reasonCode: z.string(), accountStatus: z.string().nullable() }),
      next: {
        applied: 'COMPLETED',
        nothingToChange: 'COMPLETED',
        noAccount: 'COMPLETED',
        notApplied: 'COMPLETED',
        heldForSync: 'COMPLETED',
      },
      partial: ['notApplied', 'heldForSync'],
    },
  },
})

export type RegistrationChange = typeof registrationChange
