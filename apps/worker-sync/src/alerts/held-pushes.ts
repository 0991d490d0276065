import type { Sample } from '@rollcall/alerts'
import type { EpochMs, RunQueries } from '@rollcall/engine'
import { type ReasonCode, registrationChange } from '@rollcall/status-sync'
import { z } from 'zod'

const HELD: ReasonCode = 'HELD_FOR_SYNC'
const Applied = z.object({ APPLY_CHANGE: z.object({ reasonCode: z.string() }) })
/** Over which it is counted whom pushes lock out. */
const WINDOW_MS = 3_600_000
/** Whoever is suspending thousands is seen in the last of them. */
const RUNS_LOOKED_AT = 100

/** How many of the latest pushes were held back, since pushes have locked out too many accounts. */
export async function heldPushes({
  queries,
  now,
}: {
  readonly queries: Pick<RunQueries, 'list'>
  readonly now: EpochMs
}): Promise<Sample[]> {
  const process = registrationChange.name
  const { runs } = await queries.list({ process, createdFrom: now - WINDOW_MS }, { after: null, limit: RUNS_LOOKED_AT })
  const value = runs.filter(({ result }) => Applied.safeParse(result).data?.APPLY_CHANGE.reasonCode === HELD).length
  return value > 0 ? [{ subject: process, value }] : []
}
