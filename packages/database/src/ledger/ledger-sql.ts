import type { Ledger, Run, RunEvent, Transition } from '@rollcall/engine'
import type { PrismaTransaction } from '../prisma.ts'

/**
 * The part of the ledger that is written once per database, in its own SQL: what every transition of every run passes through, with as few
 * round trips as the database allows. Everything else goes through Prisma.
 */
export interface LedgerSql extends Pick<Ledger, 'shiftStateSince'> {
  read(uuids: readonly string[]): Promise<Run[]>
  /** The uuids of those that applied. All or nothing where one cannot be written. */
  commit(transitions: readonly Transition[]): Promise<ReadonlySet<string>>
  /** One transition inside a transaction that somebody else commits. */
  applyWithin(tx: PrismaTransaction, transition: Transition): Promise<boolean>
  append(event: RunEvent, options: { readonly once: boolean }): Promise<void>
}

/** In the order of the uuids, so that two flushes lock rows in the same order. @throws Error if a run is named twice */
export function inLockOrder(transitions: readonly Transition[]): Transition[] {
  const sorted = transitions.toSorted((a, b) => (a.uuid < b.uuid ? -1 : 1))
  const twice = sorted.find(({ uuid }, index) => uuid === sorted[index + 1]?.uuid)
  if (twice) throw new Error(`Run ${twice.uuid} stands twice in one commit. A flush may hold one transition per run.`)
  return sorted
}
