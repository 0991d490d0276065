// The body of `POST /replays`: which runs are meant, and whether they are only to be counted.
import type { CohortFilter } from '@rollcall/operations'
import { z } from 'zod'
import { Reason } from '../runs/order.ts'
import { Time } from '../runs/times.ts'

const word = z.string().min(1).max(64)

export const ReplayFilter = z
  .strictObject({
    status: z.enum(['failed', 'cancelled']).default('failed'),
    process: word.optional().meta({ examples: ['account-create'] }),
    state: word.optional().meta({ description: 'The state in which they ended.', examples: ['AWAITING_USER_CREATE'] }),
    errorCode: word.optional().meta({ examples: ['DIRECTORY_REFUSED_DATA'] }),
    failedFrom: Time.optional().meta({ description: 'Ended from this time on.' }),
    failedTo: Time.optional().meta({ description: 'Ended before this time.' }),
    createdFrom: Time.optional().meta({ description: 'Asked for from this time on.' }),
    createdTo: Time.optional().meta({ description: 'Asked for before this time.' }),
    schoolId: word.optional(),
    groupUuid: z.uuid().toLowerCase().optional(),
  })
  .refine((filter) => Object.keys(filter).some((name) => name !== 'status'), {
    error: 'must name something besides the status: a process, state, error code, time, school or group',
  })
  .meta({ id: 'ReplayFilter', description: 'Every field narrows, and there must be one besides the status.' })
export type ReplayFilter = z.infer<typeof ReplayFilter>

export const ReplayOrder = z
  .strictObject({
    filter: ReplayFilter,
    fromState: word.optional().meta({ description: 'An earlier state that the process allows. Left out: each from where it ended.' }),
    reason: Reason.optional().meta({ description: 'Kept in the audit log. Mandatory unless `dryRun`. Name no people in it.' }),
    dryRun: z.literal(true).optional().meta({ description: 'Only count.' }),
    expectedCount: z.int().min(1).optional().meta({ description: 'What the dry run told. Refused (409) if it is another number by now.' }),
  })
  .refine(({ dryRun, expectedCount }) => (dryRun === undefined) !== (expectedCount === undefined), {
    error: 'must hold either dryRun or expectedCount',
  })
  .refine(({ dryRun, reason }) => dryRun === true || reason !== undefined, {
    path: ['reason'],
    error: 'must be given, unless it is a dry run',
  })
  .meta({ id: 'ReplayOrder' })
export type ReplayOrder = z.infer<typeof ReplayOrder>

export function cohortFilterOf(filter: ReplayFilter): CohortFilter {
  const { status, process, state, errorCode, failedFrom, failedTo, createdFrom, createdTo, schoolId, groupUuid } = filter
  return {
    status,
    process,
    endedIn: state,
    errorCode,
    endedFrom: msOf(failedFrom),
    endedTo: msOf(failedTo),
    createdFrom: msOf(createdFrom),
    createdTo: msOf(createdTo),
    scopeId: schoolId,
    groupUuid,
  }
}

/** The same, back: as the order is shown. */
export function replayFilterOf(filter: CohortFilter): ReplayFilter {
  const { status, process, endedIn, errorCode, endedFrom, endedTo, createdFrom, createdTo, scopeId, groupUuid } = filter
  return {
    status,
    process,
    state: endedIn,
    errorCode,
    failedFrom: isoOf(endedFrom),
    failedTo: isoOf(endedTo),
    createdFrom: isoOf(createdFrom),
    createdTo: isoOf(createdTo),
    schoolId: scopeId,
    groupUuid,
  }
}

function msOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time)
}

function isoOf(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString()
}
