import type { AcceptedRun, AcceptInput, Ledger, NewRun, Run, RunEvent, Transition } from '@rollcall/engine'
import type { PrismaTransaction } from '../prisma.ts'

/**
 * The part of the ledger that is written once per database, in its own SQL: what every transition of every run passes through, with as few
 * round trips as the database allows. Everything else goes through Prisma.
 */
export interface LedgerSql extends Pick<Ledger, 'shiftStateSince'> {
  read(uuids: readonly string[]): Promise<Run[]>
  /** The uuids of those that applied. All or nothing where one cannot be written. */
  commit(transitions: readonly Transition[]): Promise<ReadonlySet<string>>
  /** The same inside a transaction that somebody else commits. */
  applyWithin(tx: PrismaTransaction, transitions: readonly Transition[]): Promise<ReadonlySet<string>>
  /**
   * Inserts the runs whose live key is free, inside a transaction that somebody else commits. The keys are distinct.
   * @throws a unique violation if another transaction takes a key meanwhile
   */
  startWithin(tx: PrismaTransaction, runs: readonly NewRun[]): Promise<void>
  /**
   * Writes the request and those runs whose live key is free in one transaction, and answers who has the others' keys. The keys are distinct.
   * @throws a unique violation if the request is known, or another transaction took a key meanwhile
   */
  insertAccepted(input: AcceptInput): Promise<ReadonlyMap<string, LiveHolder>>
  append(event: RunEvent, options: { readonly once: boolean }): Promise<void>
}

/** A live run, as whoever asks for its natural key learns of it. */
export type LiveHolder = Omit<AcceptedRun, 'inserted'>

/** The columns of a LiveHolder, and its key. */
export const HOLDER_COLUMNS = ['uuid', 'groupUuid', 'state', 'status', 'version', 'liveKey'] as const

/** The rows are selected as HOLDER_COLUMNS; only the engine writes the status, from the words of the same type. */
export function holdersByKey(rows: readonly object[]): Map<string, LiveHolder> {
  const holders = rows as readonly (LiveHolder & { readonly liveKey: string })[]
  return new Map(
    holders.map(({ liveKey, uuid, groupUuid, state, status, version }) => [liveKey, { uuid, groupUuid, state, status, version }]),
  )
}

/** In the order of the uuids, so that two flushes lock rows in the same order. @throws Error if a run is named twice */
export function inLockOrder(transitions: readonly Transition[]): Transition[] {
  const sorted = transitions.toSorted((a, b) => (a.uuid < b.uuid ? -1 : 1))
  const twice = sorted.find(({ uuid }, index) => uuid === sorted[index + 1]?.uuid)
  if (twice) throw new Error(`Run ${twice.uuid} stands twice in one commit. A flush may hold one transition per run.`)
  return sorted
}
