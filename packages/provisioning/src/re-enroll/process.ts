import { defineProcess, retryPolicies } from '@rollcall/engine'
import { z } from 'zod'
import { ACCOUNT_KINDS } from '../account-kind.ts'
import { placementWrites } from '../rules/place-account.ts'

export const ReEnrollInput = z.object({
  personId: z.string(),
  kind: z.enum(ACCOUNT_KINDS),
  azureId: z.string(),
  schoolId: z.string(),
  classIds: z.array(z.string()),
})

/** Tries again, for four weeks, to enrol an account whose enrolment was given up. Then an operator must look. */
export const reEnroll = defineProcess({
  name: 're-enroll',
  input: ReEnrollInput,
  about: ({ personId, schoolId }) => ({ type: 'RE_ENROLL', subjectId: personId, subjectName: null, scopeId: schoolId }),
  start: 'AWAITING_RE_ENROLLMENT',
  states: {
    AWAITING_RE_ENROLLMENT: {
      worker: 'create',
      operation: 'SUBMITTED_AZURE_ENROLLMENT_REQUEST',
      resource: 'graph',
      tokens: placementWrites,
      poll: { pauses: ['15m', '1h', '6h', '24h'], giveUpAfter: '28d' },
      next: { enrolled: 'ENROLLMENT_PERSIST' },
      replayable: true,
    },
    ENROLLMENT_PERSIST: {
      worker: 'persist',
      retry: retryPolicies.database,
      next: { persisted: 'COMPLETED' },
    },
  },
})

export type ReEnroll = typeof reEnroll
