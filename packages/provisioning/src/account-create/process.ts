import { defineProcess, retryPolicies } from '@rollcall/engine'
import { z } from 'zod'
import { RUN_TYPES } from '../account-kind.ts'
import { normaliseName } from '../rules/normalise-name.ts'
import { placementWrites } from '../rules/place-account.ts'
import { AccountCreateInput } from './input.ts'

/** Replicas of the directory usually agree within seconds, without any promise; some take minutes. */
const lateReplicas = { first: '250ms', factor: 2, max: '30s', giveUpAfter: '2h' } as const

/** Most outages of the directory are over within three quarters of an hour; nobody should fail in one. */
const patientWrites = { attempts: 12, first: '2s', factor: 3, max: '15m' } as const

/** ISO 8601; null where it is not known. Runs of earlier releases brought none. */
const time = z.string().nullable().optional()

/** From a request for an account to a user with roles. Why each state is there: README.md beside this file. */
export const accountCreate = defineProcess({
  name: 'account-create',
  input: AccountCreateInput,
  about: ({ kind, personId, schoolId, firstName, middleName, lastName }) => ({
    type: RUN_TYPES[kind],
    subjectId: personId,
    subjectName: normaliseName([firstName, middleName ?? '', lastName]),
    scopeId: schoolId,
  }),
  start: 'RESERVE_USERNAME',
  states: {
    RESERVE_USERNAME: {
      worker: 'persist',
      operation: 'RESERVED_USERNAME',
      retry: retryPolicies.database,
      received: z.object({
        username: z.string(),
        sealedAt: time,
        /** No order for an account can have gone out yet under this name with this password: one of the two is new. */
        untried: z.literal(true).optional(),
      }),
      next: { reserved: 'AWAITING_USER_CREATE' },
      replayable: true,
    },
    AWAITING_USER_CREATE: {
      worker: 'create',
      operation: 'SUBMITTED_AZURE_USER_CREATE_REQUEST',
      resource: 'graph',
      retry: patientWrites,
      poll: lateReplicas,
      received: z.object({
        azureId: z.string().nullable(),
        adopted: z.boolean(),
        takenUsername: z.string().nullable(),
        renew: z.literal(true).optional(),
        /** The account that was adopted stands under a name that had been given up, and with it its password. */
        givenUp: z.literal(true).optional(),
        /** The account that was adopted stood there before our first order for it could be sent: its password is its own. */
        stoodBefore: z.literal(true).optional(),
      }),
      next: { submitted: 'POLL_USER_CREATE', nameTaken: 'RESERVE_USERNAME', passwordGone: 'RESERVE_USERNAME' },
      replayable: true,
    },
    POLL_USER_CREATE: {
      worker: 'poll',
      operation: 'POLLED_AZURE_USER_CREATE',
      resource: 'graph',
      poll: lateReplicas,
      received: z.object({ azureId: z.string(), createdAt: time }),
      next: { visible: 'AWAITING_ENROLLMENT' },
      replayable: true,
    },
    AWAITING_ENROLLMENT: {
      worker: 'create',
      operation: 'SUBMITTED_AZURE_ENROLLMENT_REQUEST',
      resource: 'graph',
      tokens: placementWrites,
      retry: patientWrites,
      poll: lateReplicas,
      received: z.object({ schoolId: z.string(), classIds: z.array(z.string()) }),
      next: { enrolled: 'USER_NEISPUO_PERSIST' },
      givenUp: 'USER_NEISPUO_PERSIST',
    },
    USER_NEISPUO_PERSIST: {
      worker: 'persist',
      operation: 'PERSISTED_USER_TO_NEISPUO',
      retry: retryPolicies.database,
      received: z.object({ sysUserId: z.string(), existedBefore: z.boolean() }),
      next: { persisted: 'COMPLETED', persistedUnenrolled: 'COMPLETED' },
      partial: ['persistedUnenrolled'],
    },
  },
})

export type AccountCreate = typeof accountCreate
