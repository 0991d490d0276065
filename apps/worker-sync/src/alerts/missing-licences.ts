import type { Sample } from '@rollcall/alerts'
import type { EpochMs, RunQueries } from '@rollcall/engine'
import { accountCreate, provisioningErrors, reEnroll } from '@rollcall/provisioning'

/** For how long a run goes on asking for the licence. */
const ASKED_FOR_MS = 28 * 24 * 3_600_000
/** Where none of these waits any more, those before them have asked again since, too, or will within a day. */
const RUNS_LOOKED_AT = 10

/** How many of the latest accounts for which no licence was left still wait for one. */
export async function missingLicences({
  queries,
  now,
}: {
  readonly queries: Pick<RunQueries, 'list'>
  readonly now: EpochMs
}): Promise<Sample[]> {
  const { code: errorCode } = provisioningErrors.LICENCES_EXHAUSTED
  const lacking = { process: accountCreate.name, errorCode, createdFrom: now - ASKED_FOR_MS }
  const { runs } = await queries.list(lacking, { after: null, limit: RUNS_LOOKED_AT })
  const waiting = await Promise.all(runs.map(async ({ subjectId }) => subjectId !== null && (await isAskedFor(subjectId, queries))))
  const value = waiting.filter(Boolean).length
  const note = runs[0]?.errorMessage ?? null
  return value > 0 ? [{ subject: accountCreate.name, value, ...(note !== null && { note }) }] : []
}

async function isAskedFor(subjectId: string, queries: Pick<RunQueries, 'list'>): Promise<boolean> {
  const [run] = (await queries.list({ process: reEnroll.name, subjectId }, { after: null, limit: 1 })).runs
  return run !== undefined && run.dueAt !== null
}
