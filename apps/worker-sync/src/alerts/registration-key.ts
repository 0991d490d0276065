// Whether the registration service accepts our key, from what the jobs that ask it have recorded. The newest that says something counts: a job
// that runs seldom does not keep an alert that a later one has answered.
import type { Sample } from '@rollcall/alerts'
import type { EpochMs, Run, RunQueries } from '@rollcall/engine'
import { HealthReport, statusSyncErrors } from '@rollcall/status-sync'
import { z } from 'zod'

const REFUSED = statusSyncErrors.REGISTRATIONS_REFUSED.code
/** Older ones of the same job say nothing of now. */
const RUNS_LOOKED_AT = 5
const SERVICE = 'registration-service'

const Checked = z.object({ CHECK_HEALTH: HealthReport })
const Decided = z.object({ DECIDE: z.object({ scanned: z.int() }) })

interface Verdict {
  readonly run: Run
  readonly at: EpochMs
  readonly isRefused: boolean
}

/** @param processes those whose runs ask the service */
export async function registrationKeySamples({
  queries,
  processes,
}: {
  readonly queries: Pick<RunQueries, 'list'>
  readonly processes: readonly string[]
}): Promise<Sample[]> {
  const verdicts = await Promise.all(
    processes.map(async (process) => {
      const { runs } = await queries.list({ process }, { after: null, limit: RUNS_LOOKED_AT })
      return runs.flatMap((run) => verdictOf(run) ?? [])
    }),
  )
  const [last] = verdicts.flat().toSorted((a, b) => b.at - a.at)
  if (!last) return []
  const { process, uuid } = last.run
  return [{ subject: SERVICE, value: last.isRefused ? 1 : 0, ...(last.isRefused && { note: `Run ${uuid} of ${process} met that last.` }) }]
}

/** Null where the run has not asked, or met something else. */
function verdictOf(run: Run): Verdict | null {
  const { errorCode, result, stateSince, status, updatedAt } = run
  if (errorCode === REFUSED) return { run, at: updatedAt, isRefused: true }
  const health = Checked.safeParse(result).data?.CHECK_HEALTH.parts.registrations
  if (health) return health.ok || health.errorCode === REFUSED ? { run, at: stateSince, isRefused: !health.ok } : null
  const asked = Decided.safeParse(result).data?.DECIDE.scanned ?? 0
  return status === 'completed' && asked > 0 ? { run, at: stateSince, isRefused: false } : null
}
