import type { AcceptedRequest } from '../ledger.ts'
import type { Run, RunEvent } from '../run.ts'
import type { SignalToSend } from '../signals.ts'

export interface KeptSignal extends Omit<SignalToSend, 'audit' | 'expectedVersion'> {
  readonly takenBy: number | null
}

export interface MemoryTables {
  readonly runs: Map<string, Run>
  /** By uuid: the live key of a run, which an ended one has given up, stays known. */
  readonly naturalKeys: Map<string, string>
  readonly events: RunEvent[]
  readonly requests: Map<string, AcceptedRequest & { readonly groupUuid: string }>
  readonly signals: Map<string, KeptSignal>
  /** By uuid: who is changing the run just now, as a lock on its row would keep others waiting for it. */
  readonly changing: Map<string, Promise<void>>
}

/** What `Transaction.transaction` is in memory. */
export interface MemoryTransaction {
  /** What is done, the last one first, when the transaction comes to nothing. */
  readonly undo: (() => void)[]
}

export function newTables(): MemoryTables {
  return { runs: new Map(), naturalKeys: new Map(), events: [], requests: new Map(), signals: new Map(), changing: new Map() }
}

export function liveKeyTaken({ runs }: MemoryTables, liveKey: string): boolean {
  return [...runs.values()].some((run) => run.liveKey === liveKey)
}
