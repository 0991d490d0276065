import { RUN_COLUMNS } from '../ledger/run-row.ts'

const OF_LIVE_RUNS: ReadonlySet<string> = new Set(['dueAt', 'liveKey'])

/** What an archived run keeps: everything but what only a live run has. */
export const KEPT_COLUMNS: readonly string[] = [...RUN_COLUMNS.filter((column) => !OF_LIVE_RUNS.has(column)), 'naturalKey']
