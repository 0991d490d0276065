// A person's order about an account's status. What must always hold: it is written only over the version that was read, with its audit row, and
// with the run that ends the sessions where the account may not be used any more; and nobody ends another's hold without naming it.

import type { AccountOrders } from '@rollcall/database'
import { type Clock, type Dispatcher, type NewRun, type Notify, prepareRun, priorityOf, queueUnreachable } from '@rollcall/engine'
import { refusal } from '@rollcall/platform/http'
import {
  ACCOUNT_TARGET,
  type AccountChange,
  type AccountStatus,
  holderOf,
  type ManualSource,
  type OrganisationAccount,
  type OrganisationAccounts,
  type StatusSource,
  sessionRevocation,
} from '@rollcall/status-sync'
import { apiErrors } from '../problems/api-errors.ts'
import { isoOf } from '../runs/run-view.ts'
import { findAccount } from './find-account.ts'

/** Whoever names no version means the account as it is: it is read again so often. */
const MOST_ATTEMPTS = 3
const UNUSABLE: ReadonlySet<AccountStatus> = new Set(['suspended', 'closed'])

export interface StatusOrder {
  readonly userId: string
  readonly status: AccountStatus
  readonly source: ManualSource
  /** Whose hold may end with it, besides that of `source`. */
  readonly lifts: ManualSource | null
  readonly actor: string
  readonly reason: string
  /** The version that was seen; null: whatever stands. */
  readonly expectedVersion: number | null
}

export interface SetStatusDeps {
  readonly organisationAccounts: Pick<OrganisationAccounts, 'read'>
  readonly accountOrders: Pick<AccountOrders, 'change'>
  readonly dispatcher: Pick<Dispatcher, 'enqueue'>
  readonly countChanges: (counted: { readonly source: StatusSource; readonly changes: number }) => void
  readonly clock: Clock
  readonly newId: () => string
  readonly notify: Notify
}

/** @returns the account as it stands after the change @throws ProblemError ACCOUNT_NOT_FOUND, ACCOUNT_HELD, ACCOUNT_VERSION_PASSED */
export async function setStatus(order: StatusOrder, deps: SetStatusDeps): Promise<OrganisationAccount> {
  const { userId, expectedVersion, source } = order
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const account = await findAccount({ userId, organisationAccounts: deps.organisationAccounts })
    if (expectedVersion !== null && account.statusVersion !== expectedVersion) break
    assertMayLift(account, order)
    const change = changeOf({ account, order, deps })
    const start = revocationsOf({ account, change, order, deps })
    const outcome = await deps.accountOrders.change({ change, start })
    if (outcome !== 'applied') continue
    deps.countChanges({ source, changes: 1 })
    // The rows stand: where the queue cannot be reached, reconcile fills it.
    await deps.dispatcher.enqueue(start.map(jobOf)).catch((error: unknown) => deps.notify(queueUnreachable(error, start.length)))
    return findAccount({ userId, organisationAccounts: deps.organisationAccounts })
  }
  throw refusal(apiErrors.ACCOUNT_VERSION_PASSED)
}

/** Read with the account, so that a hold that comes in between is found by the version. */
function assertMayLift(account: OrganisationAccount, { source, lifts }: StatusOrder): void {
  const holder = holderOf(account)
  if (holder === null || holder === source || holder === lifts) return
  const since = isoOf(account.statusChangedAt)
  throw refusal(apiErrors.ACCOUNT_HELD, {
    detail: `It is ${account.accountStatus} by ${holder} since ${since}. Say "lifts": "${holder}" if that is to end with it.`,
  })
}

interface Made {
  readonly account: OrganisationAccount
  readonly order: StatusOrder
  readonly deps: SetStatusDeps
}

function changeOf({ account, order, deps: { clock, newId } }: Made): AccountChange {
  const { userId, status, source, actor, reason } = order
  const { organizationStatus, registrationNumber, registrationId, registrationVersion, statusVersion } = account
  const at = clock.now()
  return {
    ...{ userId, expectedVersion: statusVersion, accountStatus: status, statusSource: source, statusReason: reason, at },
    // The version stays, also where the account is handed back: what was under way before stays old, and the next sync follows what holds now.
    ...{ organizationStatus, registrationNumber, registrationId, registrationVersion },
    revokesSessions: UNUSABLE.has(status),
    audit: {
      ...{ id: newId(), at, actor, action: 'account.status', targetType: ACCOUNT_TARGET, targetId: userId, reason },
      details: {
        previousStatus: account.accountStatus,
        newStatus: status,
        previousSource: account.statusSource,
        source,
        lifted: holderOf(account),
      },
    },
  }
}

function revocationsOf({ account, change, order, deps: { clock, newId } }: Made & { readonly change: AccountChange }): NewRun[] {
  const { userId, azureId, statusVersion } = account
  // Of an account that the directory does not know there are no sessions to end.
  if (!change.revokesSessions || azureId === null) return []
  const input = { userId, azureId, statusVersion: statusVersion + 1 }
  const priority = priorityOf({ lane: 'interactive', ahead: 0 })
  const origin = { groupUuid: newId(), requestedBy: order.actor, priority, now: clock.now(), newId }
  return [prepareRun({ process: sessionRevocation, input, ...origin })]
}

function jobOf({ process, state, uuid, priority, dueAt, createdAt }: NewRun) {
  return { process, state, uuid, version: 1, priority, delayMs: dueAt - createdAt }
}
