// Takes a request for accounts into the ledger: one look for live accounts and open runs, one transaction for everything, then the queue. What must always
// hold: a request under an Idempotency-Key that was seen before begins nothing, and is answered with the same runs as they stand now.
import type { RunArchive } from '@rollcall/database'
import {
  type AcceptedRun,
  type AcceptRuns,
  type Clock,
  type Ledger,
  type NewRun,
  prepareRun,
  priorityOf,
  type RunQueries,
} from '@rollcall/engine'
import { refusal } from '@rollcall/platform/http'
import { type AccountKind, type AccountStore, accountCreate, type StudentCreateBody, type TeacherCreateBody } from '@rollcall/provisioning'
import { REQUEST_KEPT_MS } from '../idempotency-key.ts'
import { apiErrors } from '../problems/api-errors.ts'
import type { AccountRequest } from './account-request.ts'
import { type AccountResult, planSlots, type StandingRun, settleSlots, slotsToJson } from './account-slots.ts'
import { answerAgain } from './answer-again.ts'
import { bodyHash } from './body-hash.ts'

type AccountBody = StudentCreateBody | TeacherCreateBody

export interface CreateAccountsDeps {
  readonly accounts: Pick<AccountStore, 'findLive'>
  readonly acceptRuns: AcceptRuns
  readonly ledger: Pick<Ledger, 'read'>
  readonly queries: Pick<RunQueries, 'list' | 'openRuns'>
  /** Where the runs of a request that is repeated may stand by now. */
  readonly archive: Pick<RunArchive, 'list'>
  readonly clock: Clock
  readonly newId: () => string
}

export interface AccountsAsked {
  readonly kind: AccountKind
  readonly request: AccountRequest<AccountBody>
  /** The name of the caller's key. */
  readonly caller: string
  readonly idempotencyKey: string | undefined
}

export interface AccountsAnswered {
  readonly groupUuid: string
  readonly results: readonly AccountResult[]
  /** Answered from an earlier request with the same Idempotency-Key. */
  readonly repeated: boolean
}

/** @throws ProblemError INVALID_BODY where every item is invalid, IDEMPOTENCY_KEY_REUSED */
export async function createAccounts(asked: AccountsAsked, deps: CreateAccountsDeps): Promise<AccountsAnswered> {
  const { caller, idempotencyKey, kind, request } = asked
  assertSomeValid(request)
  const [live, open] = await Promise.all([deps.accounts.findLive(personsOf(request)), deps.queries.openRuns(schoolsOf(request))])
  const groupUuid = deps.newId()
  const now = deps.clock.now()
  const { slots, runs } = planSlots({
    items: request.items,
    live,
    prepare: (body, { aheadInSchool }) =>
      prepareRun({
        process: accountCreate,
        input: { kind, ...body },
        newId: deps.newId,
        groupUuid,
        requestedBy: caller,
        priority: priorityOf({
          lane: request.many ? 'normal' : 'interactive',
          ahead: (open.get(body.schoolId) ?? 0) + aheadInSchool,
        }),
        now,
      }),
  })
  if (runs.length === 0 && idempotencyKey === undefined) {
    return { groupUuid, results: settleSlots({ slots, standing: new Map(), kind }), repeated: false }
  }
  const result = await deps.acceptRuns({
    groupUuid,
    runs,
    request:
      idempotencyKey === undefined
        ? null
        : {
            caller,
            key: idempotencyKey,
            bodyHash: bodyHash({ address: kind, body: request.raw }),
            items: slotsToJson(slots),
            createdAt: now,
            expiresAt: now + REQUEST_KEPT_MS,
          },
  })
  if (result.kind === 'conflict') throw refusal(apiErrors.IDEMPOTENCY_KEY_REUSED)
  if (result.kind === 'repeated') return answerAgain({ asked, first: result, deps })
  const standing = await standingOf({ prepared: runs, accepted: result.runs, ledger: deps.ledger })
  return { groupUuid, results: settleSlots({ slots, standing, kind }), repeated: false }
}

function assertSomeValid({ items }: AccountRequest<AccountBody>): void {
  const refused = items.filter((item) => 'errors' in item)
  if (refused.length < items.length) return
  const omitted = refused.reduce((sum, item) => sum + item.omitted, 0)
  throw refusal(apiErrors.INVALID_BODY, { errors: refused.flatMap(({ errors }) => errors), omitted })
}

function personsOf({ items }: AccountRequest<AccountBody>): string[] {
  return [...new Set(items.flatMap((item) => ('body' in item ? [item.body.personId] : [])))]
}

/** One per run that the request may begin. */
function schoolsOf({ items }: AccountRequest<AccountBody>): string[] {
  return items.flatMap((item) => ('body' in item ? [item.body.schoolId] : []))
}

/** By the uuid that each run was prepared under. */
async function standingOf({
  prepared,
  accepted,
  ledger,
}: {
  readonly prepared: readonly NewRun[]
  readonly accepted: readonly AcceptedRun[]
  readonly ledger: Pick<Ledger, 'read'>
}): Promise<Map<string, StandingRun>> {
  const others = accepted.filter((run) => !run.inserted).map((run) => run.uuid)
  const typeOf = new Map((others.length > 0 ? await ledger.read(others) : []).map((run) => [run.uuid, run.type]))
  return new Map(
    prepared.map((run, index): [string, StandingRun] => {
      const stands = accepted[index]
      if (!stands) throw new Error(`The ledger answered ${accepted.length} of ${prepared.length} runs.`)
      const { uuid, groupUuid, state, status, inserted } = stands
      return [run.uuid, { uuid, groupUuid, state, status, begun: inserted, type: typeOf.get(uuid) ?? run.type }]
    }),
  )
}
