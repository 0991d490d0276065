import type { SyncCounters } from '../ports/sync-runs.ts'
import type { AccountStatus } from './account.ts'
import { directionsOf } from './blast-radius.ts'
import type { StatusDecision } from './decide-status.ts'

export const NO_COUNTERS: SyncCounters = {
  ...{ scanned: 0, unchanged: 0, toChange: 0 },
  ...{ fromActive: 0, toActive: 0, toPending: 0, toSuspended: 0, toClosed: 0 },
  ...{ skippedManual: 0, skippedUnknown: 0, stale: 0, held: 0, notRegistered: 0, findings: 0, inDoubt: 0 },
  ...{ applied: 0, conflicted: 0, failed: 0 },
}

/** @param from the account's status that was decided on */
export function countDecision({
  counters,
  decision,
  from,
}: {
  readonly counters: SyncCounters
  readonly decision: Pick<StatusDecision, 'action' | 'reasonCode' | 'change' | 'alert'>
  readonly from: AccountStatus
}): SyncCounters {
  const directions = decision.change ? directionsOf({ from, to: decision.change.accountStatus }) : []
  const inDoubt = decision.action === 'finding' && decision.alert ? (['inDoubt'] as const) : []
  const counted: (keyof SyncCounters)[] = ['scanned', counterOf(decision), ...inDoubt, ...directions]
  return { ...counters, ...Object.fromEntries(counted.map((name) => [name, counters[name] + 1])) }
}

function counterOf({ action, reasonCode }: Pick<StatusDecision, 'action' | 'reasonCode'>): keyof SyncCounters {
  if (action === 'update') return 'toChange'
  if (action === 'hold') return 'held'
  if (action === 'finding') return 'findings'
  if (reasonCode === 'MANUAL_HOLD') return 'skippedManual'
  if (reasonCode === 'UNKNOWN_STATUS') return 'skippedUnknown'
  if (reasonCode === 'STALE') return 'stale'
  return reasonCode === 'NOT_REGISTERED' ? 'notRegistered' : 'unchanged'
}
