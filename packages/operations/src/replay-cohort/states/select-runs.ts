import type { HandlerOf } from '@rollcall/engine'
import type { CohortStore } from '../../ports/cohort-store.ts'
import type { ReplayCohort } from '../process.ts'

/** A hundred pages hold the largest cohort. */
const RUNS_PER_PAGE = 1_000

/** Writes down which runs are meant before the first of them changes: whatever happens then, the list stands. */
export function createSelectRuns({
  cohorts,
}: {
  readonly cohorts: Pick<CohortStore, 'select' | 'add'>
}): HandlerOf<ReplayCohort, 'SELECT_RUNS'> {
  return async ({ uuid, input: { filter, asOf }, result }) => {
    const { selected, after } = result.SELECT_RUNS ?? { selected: 0, after: null }
    const page = await cohorts.select({ filter, asOf, after, limit: RUNS_PER_PAGE })
    return {
      outcome: page.length < RUNS_PER_PAGE ? 'selected' : 'more',
      received: { selected: selected + page.length, after: page.at(-1) ?? after },
      write: (tx) => cohorts.add(tx, { cohortUuid: uuid, runUuids: page.map((run) => run.uuid) }),
    }
  }
}
