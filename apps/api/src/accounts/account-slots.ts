// What becomes of each item of a request for accounts: decided here, purely, from what stands already.
import type { JsonObject, NewRun, RunStatus } from '@rollcall/engine'
import { Problem, problemOf } from '@rollcall/platform/http'
import { type AccountKind, type LiveAccount, provisioningErrors, RUN_TYPES } from '@rollcall/provisioning'
import { z } from 'zod'
import { apiErrors } from '../problems/api-errors.ts'
import type { AccountItem } from './account-request.ts'

/** What an item asked for. Kept with the Idempotency-Key, so that the request can be answered again. */
export const AccountSlot = z.union([
  z.strictObject({ problem: Problem }),
  /** The run that was made for it; another one if a live run had the person already. */
  z.strictObject({ uuid: z.string() }),
  /** The same person as an earlier item. */
  z.strictObject({ sameAs: z.int() }),
])
export type AccountSlot = z.infer<typeof AccountSlot>

/** A run as it stands now. */
export interface StandingRun {
  readonly uuid: string
  readonly groupUuid: string
  readonly type: string
  readonly state: string
  readonly status: RunStatus
  /** Whether this request began it. */
  readonly begun: boolean
}

export type AccountResult =
  | { readonly status: 202 | 200; readonly run: StandingRun }
  | { readonly status: number; readonly problem: Problem }

interface Asked {
  readonly personId: string
  readonly schoolId: string
}

/**
 * @param live the live accounts of the persons asked for
 * @param prepare makes the run of an item
 */
export function planSlots<Body extends Asked>({
  items,
  live,
  prepare,
}: {
  readonly items: readonly AccountItem<Body>[]
  readonly live: readonly LiveAccount[]
  readonly prepare: (body: Body, options: { readonly aheadInSchool: number }) => NewRun
}): { readonly slots: readonly AccountSlot[]; readonly runs: readonly NewRun[] } {
  const accountOf = new Map(live.map((account) => [account.personId, account]))
  const firstIndexOf = new Map<string, number>()
  const aheadIn = new Map<string, number>()
  const runs: NewRun[] = []

  const slots = items.map((item, index): AccountSlot => {
    if ('errors' in item) return { problem: problemOf(apiErrors.INVALID_BODY, item) }
    const { personId, schoolId } = item.body
    const first = firstIndexOf.get(personId)
    if (first !== undefined) return { sameAs: first }
    firstIndexOf.set(personId, index)
    const account = accountOf.get(personId)
    if (account) return { problem: problemOf(provisioningErrors.ACCOUNT_EXISTS, { sysUserId: account.sysUserId }) }
    const aheadInSchool = aheadIn.get(schoolId) ?? 0
    aheadIn.set(schoolId, aheadInSchool + 1)
    const run = prepare(item.body, { aheadInSchool })
    runs.push(run)
    return { uuid: run.uuid }
  })
  return { slots, runs }
}

/** @param standing by the uuid in the slot, what stands for it */
export function settleSlots({
  slots,
  standing,
  kind,
}: {
  readonly slots: readonly AccountSlot[]
  readonly standing: ReadonlyMap<string, StandingRun>
  readonly kind: AccountKind
}): AccountResult[] {
  const results: AccountResult[] = []
  for (const slot of slots) results.push(settle(slot, results))
  return results

  function settle(slot: AccountSlot, before: readonly AccountResult[]): AccountResult {
    if ('problem' in slot) return { status: slot.problem.status, problem: slot.problem }
    if ('sameAs' in slot) return again(before[slot.sameAs])
    const run = standing.get(slot.uuid)
    if (!run) throw new Error(`Nothing stands for the item of run ${slot.uuid}.`)
    if (run.begun) return { status: 202, run }
    if (run.type === RUN_TYPES[kind]) return { status: 200, run }
    const problem = problemOf(provisioningErrors.PERSON_IN_CREATION_AS_OTHER_KIND, { uuid: run.uuid })
    return { status: problem.status, problem }
  }
}

function again(first: AccountResult | undefined): AccountResult {
  if (!first) throw new Error('An item points at one that does not come before it.')
  return 'run' in first ? { status: 200, run: { ...first.run, begun: false } } : first
}

/** As a request keeps them. */
export function slotsToJson(slots: readonly AccountSlot[]): readonly JsonObject[] {
  return slots
}
