import type { AcceptedRequest } from '../ledger.ts'
import type { Run, RunEvent } from '../run.ts'

export interface MemoryTables {
  readonly runs: Map<string, Run>
  /** By uuid: the live key of a run, which an ended one has given up, stays known. */
  readonly naturalKeys: Map<string, string>
  readonly events: RunEvent[]
  readonly requests: Map<string, AcceptedRequest & { readonly groupUuid: string }>
}

export function newTables(): MemoryTables {
  return { runs: new Map(), naturalKeys: new Map(), events: [], requests: new Map() }
}

export function liveKeyTaken({ runs }: MemoryTables, liveKey: string): boolean {
  return [...runs.values()].some((run) => run.liveKey === liveKey)
}
