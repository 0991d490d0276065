import type { AcceptedRequest } from '../ledger.ts'
import type { Run, RunEvent } from '../run.ts'

export interface MemoryTables {
  readonly runs: Map<string, Run>
  readonly events: RunEvent[]
  readonly requests: Map<string, AcceptedRequest & { readonly groupUuid: string }>
}

export function newTables(): MemoryTables {
  return { runs: new Map(), events: [], requests: new Map() }
}

export function liveKeyTaken({ runs }: MemoryTables, liveKey: string): boolean {
  return [...runs.values()].some((run) => run.liveKey === liveKey)
}
