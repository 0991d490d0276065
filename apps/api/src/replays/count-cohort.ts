import { type ProcessDefinition, replayableState, type ScheduleDefinition } from '@rollcall/engine'
import { type CohortCount, type CohortFilter, type CohortStore, countRunsOfJobs, MOST_IN_COHORT } from '@rollcall/operations'
import { z } from 'zod'

/** Of each kind the largest, so many. */
const MOST_KINDS = 20

const Kinds = z.array(z.object({ value: z.string().nullable(), count: z.int() })).max(MOST_KINDS)

export const ReplayCount = z
  .object({
    count: z.int().meta({ description: 'How many runs are meant: the `expectedCount` of the order.' }),
    notReplayable: z.int().meta({ description: 'How many of them cannot begin in the state that they would be replayed from.' }),
    ofJobs: z.int().meta({ description: 'How many of them are runs of jobs, which only those may replay who administer jobs.' }),
    limit: z.int().meta({ description: 'How many an order may mean at most.', examples: [MOST_IN_COHORT] }),
    byProcess: Kinds,
    byState: Kinds.meta({ description: 'By the state in which they ended.' }),
    byErrorCode: Kinds,
    bySchool: Kinds,
  })
  .meta({ id: 'ReplayCount', description: 'What an order would replay, with the 20 largest of each kind.' })
export type ReplayCount = z.infer<typeof ReplayCount>

export async function countCohort({
  filter,
  fromState,
  asOf,
  cohorts,
  processes,
  scheduleDefinitions,
}: {
  readonly filter: CohortFilter
  readonly fromState: string | null
  readonly asOf: number
  readonly cohorts: Pick<CohortStore, 'count'>
  readonly processes: readonly ProcessDefinition[]
  readonly scheduleDefinitions: readonly ScheduleDefinition[]
}): Promise<ReplayCount> {
  const { total, kinds, scopes } = await cohorts.count({ filter, asOf, scopes: MOST_KINDS })
  const isReplayable = ({ process: name, endedIn: lastState }: CohortCount['kinds'][number]) => {
    const process = processes.find((one) => one.name === name)
    return process !== undefined && replayableState({ process, lastState, fromState }) !== null
  }
  return {
    count: total,
    notReplayable: sumOf(kinds.filter((kind) => !isReplayable(kind))),
    ofJobs: countRunsOfJobs({ kinds }, scheduleDefinitions),
    limit: MOST_IN_COHORT,
    byProcess: largest(kinds, ({ process }) => process),
    byState: largest(kinds, ({ endedIn }) => endedIn),
    byErrorCode: largest(kinds, ({ errorCode }) => errorCode),
    bySchool: scopes.map(({ scopeId, count }) => ({ value: scopeId, count })),
  }
}

function largest<Kind extends { readonly count: number }>(kinds: readonly Kind[], nameOf: (kind: Kind) => string | null) {
  return [...Map.groupBy(kinds, nameOf)]
    .map(([value, some]) => ({ value, count: sumOf(some) }))
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_KINDS)
}

function sumOf(kinds: readonly { readonly count: number }[]): number {
  return kinds.reduce((sum, { count }) => sum + count, 0)
}
