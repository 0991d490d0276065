// Takes an operator's order to give a reserved name up into the ledger. Whatever is judged here is judged again in the transaction that gives it
// up: the run that was begun is told how far the person's runs had come.

import { type AcceptRuns, type Clock, prepareRun, priorityOf, type Run, type RunQueries } from '@rollcall/engine'
import { refusal } from '@rollcall/platform/http'
import {
  type AccountKind,
  type AccountStore,
  provisioningErrors,
  releaseReservation,
  type UnfinishedAccounts,
  type UnfinishedReservation,
} from '@rollcall/provisioning'

export interface BeginReleaseDeps {
  readonly unfinished: Pick<UnfinishedAccounts, 'find'>
  readonly accounts: Pick<AccountStore, 'findLive'>
  readonly queries: Pick<RunQueries, 'find'>
  readonly acceptRuns: AcceptRuns
  readonly clock: Clock
  readonly newId: () => string
}

interface Asked {
  readonly personId: string
  readonly kind: AccountKind
  readonly actor: string
  readonly reason: string
}

/**
 * @returns the run that gives the name up; asked again, the one that does so already
 * @throws ProblemError UNFINISHED_NOT_FOUND, ACCOUNT_EXISTS, RESERVATION_IN_USE
 */
export async function beginRelease({ personId, kind, actor, reason }: Asked, deps: BeginReleaseDeps): Promise<Run> {
  const found = await deps.unfinished.find({ personId, kind })
  if (!found) throw refusal(provisioningErrors.UNFINISHED_NOT_FOUND)
  const standing = await releasing(found, deps)
  if (standing) return standing
  await assertUnused(found, deps)

  const now = deps.clock.now()
  const groupUuid = deps.newId()
  const { username, versionsSeen } = found
  const run = prepareRun({
    process: releaseReservation,
    input: { personId, kind, username, versionsSeen },
    ...{ groupUuid, requestedBy: actor, priority: priorityOf({ lane: 'interactive', ahead: 0 }), now, newId: deps.newId },
  })
  const result = await deps.acceptRuns({
    groupUuid,
    runs: [run],
    request: null,
    audit: {
      ...{ id: deps.newId(), at: now, actor, action: 'reservation.release', targetType: 'person', targetId: personId, reason },
      details: { kind, username, runUuid: run.uuid },
    },
  })
  const [accepted] = result.kind === 'accepted' ? result.runs : []
  const begun = accepted && (await deps.queries.find(accepted.uuid))
  if (!begun) throw new Error(`The ledger does not show the run ${run.uuid}, which it accepted.`)
  // Another order may have come first in this very moment.
  assertOfKind(begun, kind)
  return begun
}

/** The run that is giving this very name up already. @throws ProblemError RESERVATION_IN_USE where it is about the other kind */
async function releasing({ kind, releaseUuid }: UnfinishedReservation, { queries }: BeginReleaseDeps): Promise<Run | null> {
  const run = releaseUuid === null ? null : await queries.find(releaseUuid)
  if (run) assertOfKind(run, kind)
  return run
}

function assertOfKind({ uuid, input }: Run, kind: AccountKind): void {
  if (input.kind !== kind) throw refusal(provisioningErrors.RESERVATION_IN_USE, { uuid })
}

async function assertUnused({ personId, liveRunUuid }: UnfinishedReservation, { accounts }: BeginReleaseDeps): Promise<void> {
  if (liveRunUuid !== null) throw refusal(provisioningErrors.RESERVATION_IN_USE, { uuid: liveRunUuid })
  const [account] = await accounts.findLive([personId])
  if (account) throw refusal(provisioningErrors.ACCOUNT_EXISTS, { sysUserId: account.sysUserId })
}
