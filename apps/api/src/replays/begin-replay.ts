// Takes an operator's order for a cohort into the ledger. What must always hold: it begins only if as many runs are meant as the operator was
// shown, and its audit row is written with it; under an Idempotency-Key that was seen before it begins nothing, whatever the count is by now.
import {
  type AcceptRuns,
  type Clock,
  engineErrors,
  type Ledger,
  type ProcessDefinition,
  prepareRun,
  priorityOf,
  type ScheduleDefinition,
} from '@rollcall/engine'
import { type CohortStore, MOST_IN_COHORT, type ReplayCohortInput, replayCohort } from '@rollcall/operations'
import { type Caller, refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import { bodyHash } from '../accounts/body-hash.ts'
import { mayAdminister, whatItNeeds } from '../auth/may-order.ts'
import { REQUEST_KEPT_MS } from '../idempotency-key.ts'
import { apiErrors } from '../problems/api-errors.ts'
import { countCohort } from './count-cohort.ts'
import { cohortFilterOf, type ReplayOrder } from './replay-body.ts'

export interface BeginReplayDeps {
  readonly cohorts: Pick<CohortStore, 'count'>
  readonly ledger: Pick<Ledger, 'findRequest'>
  readonly acceptRuns: AcceptRuns
  readonly processes: readonly ProcessDefinition[]
  readonly scheduleDefinitions: readonly ScheduleDefinition[]
  readonly clock: Clock
  readonly newId: () => string
}

export const ReplayBegun = z
  .object({ uuid: z.string(), count: z.int() })
  .meta({ id: 'ReplayBegun', description: 'The run that replays the others; follow it at `Location`.' })
type ReplayBegun = z.infer<typeof ReplayBegun>

interface Asked {
  readonly order: ReplayOrder & { readonly reason: string; readonly expectedCount: number }
  readonly caller: Caller
  readonly idempotencyKey: string | undefined
}

/** @throws ProblemError FORBIDDEN, COHORT_CHANGED, COHORT_TOO_LARGE, STATE_NOT_REPLAYABLE, IDEMPOTENCY_KEY_REUSED */
export async function beginReplay(asked: Asked, deps: BeginReplayDeps): Promise<ReplayBegun & { readonly repeated: boolean }> {
  const { order, caller, idempotencyKey } = asked
  const { name: actor } = caller
  const { expectedCount: count, reason } = order
  const now = deps.clock.now()
  const known =
    idempotencyKey === undefined ? null : { caller: actor, key: idempotencyKey, bodyHash: bodyHash({ address: 'replays', body: order }) }
  const before = known && (await deps.ledger.findRequest({ ...known, now }))
  if (before) return answerAgain(before)

  const filter = cohortFilterOf(order.filter)
  const fromState = order.fromState ?? null
  await assertCount({ count, filter, fromState, asOf: now, caller, deps })

  const uuid = deps.newId()
  const groupUuid = deps.newId()
  const withoutJobs = !mayAdminister(caller)
  const input: ReplayCohortInput = { cohortUuid: uuid, filter, fromState, actor, reason, asOf: now, count, withoutJobs }
  const origin = { groupUuid, requestedBy: actor, priority: priorityOf({ lane: 'interactive', ahead: 0 }), now }
  const details = { filter: order.filter, fromState, count }
  const result = await deps.acceptRuns({
    groupUuid,
    runs: [prepareRun({ process: replayCohort, input, newId: () => uuid, ...origin })],
    request: known && { ...known, items: [{ uuid, count }], createdAt: now, expiresAt: now + REQUEST_KEPT_MS },
    audit: { id: deps.newId(), at: now, actor, action: 'cohort.replay', targetType: 'cohort', targetId: uuid, reason, details },
  })
  return result.kind === 'accepted' ? { uuid, count, repeated: false } : answerAgain(result)
}

async function assertCount({
  count,
  caller,
  deps,
  ...query
}: Pick<ReplayCohortInput, 'count' | 'filter' | 'fromState' | 'asOf'> & {
  readonly caller: Caller
  readonly deps: BeginReplayDeps
}): Promise<void> {
  const today = await countCohort({ ...query, ...deps })
  if (today.ofJobs > 0 && !mayAdminister(caller)) {
    const detail = `${today.ofJobs} of the runs are of jobs. ${whatItNeeds(caller)} Name a process to leave them out.`
    throw refusal(apiErrors.FORBIDDEN, { detail })
  }
  if (today.count !== count) {
    throw refusal(apiErrors.COHORT_CHANGED, { detail: `${today.count} runs are meant now, not ${count}.`, count: today.count })
  }
  if (count > MOST_IN_COHORT) throw refusal(apiErrors.COHORT_TOO_LARGE, { count })
  if (today.notReplayable === count) {
    throw refusal(engineErrors.STATE_NOT_REPLAYABLE, { detail: `None of the ${count} runs can be replayed from there.` })
  }
}

function answerAgain(known: NonNullable<Awaited<ReturnType<Ledger['findRequest']>>>): ReplayBegun & { readonly repeated: boolean } {
  if (known.kind === 'conflict') throw refusal(apiErrors.IDEMPOTENCY_KEY_REUSED)
  const [begun] = z.array(ReplayBegun).min(1).parse(known.items)
  if (!begun) throw new Error('The request is kept without what it was answered.')
  return { ...begun, repeated: true }
}
