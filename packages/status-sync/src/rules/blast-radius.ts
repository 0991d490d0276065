import type { SyncCounters } from '../ports/sync-runs.ts'
import type { AccountStatus } from './account.ts'

/** In which direction a run may change too many accounts. */
export const DIRECTIONS = ['fromActive', 'toActive', 'toPending', 'toSuspended', 'toClosed'] as const
export type Direction = (typeof DIRECTIONS)[number]

export interface BlastRadiusPolicy {
  /** So many changes in one direction are never too many. */
  readonly minimum: number
  /** Beyond that, so many per cent of the accounts that were scanned. */
  readonly percent: number
}

export const DEFAULT_BLAST_RADIUS: BlastRadiusPolicy = { minimum: 20, percent: 5 }

export interface Overrun {
  readonly direction: Direction
  readonly changes: number
  /** How many there may be. */
  readonly limit: number
}

/** @returns the directions in which a run would change more accounts than it may without a person's approval */
export function decideBlastRadius({
  counters,
  policy,
}: {
  readonly counters: Pick<SyncCounters, 'scanned' | Direction>
  readonly policy: BlastRadiusPolicy
}): Overrun[] {
  const limit = limitOf({ accounts: counters.scanned, policy })
  return DIRECTIONS.map((direction) => ({ direction, changes: counters[direction], limit })).filter(({ changes }) => changes > limit)
}

/** @param accounts of how many the changes are a part */
export function limitOf({ accounts, policy }: { readonly accounts: number; readonly policy: BlastRadiusPolicy }): number {
  return Math.max(policy.minimum, Math.floor((policy.percent * accounts) / 100))
}

/** Where a change counts. One that leaves the status alone counts nowhere. */
export function directionsOf({ from, to }: { readonly from: AccountStatus; readonly to: AccountStatus }): Direction[] {
  if (from === to) return []
  return from === 'active' ? ['fromActive', TOWARDS[to]] : [TOWARDS[to]]
}

const TOWARDS: Readonly<Record<AccountStatus, Direction>> = {
  active: 'toActive',
  pending_registration: 'toPending',
  suspended: 'toSuspended',
  closed: 'toClosed',
}
