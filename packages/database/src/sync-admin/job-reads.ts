// What operators ask about jobs: how their runs ended, which one is going, and what the sync runs among them have come to.
import { type Completion, type EpochMs, LIVE_STATUSES, type Run, type RunStatus } from '@rollcall/engine'
import type { SyncRun } from '@rollcall/status-sync'
import { runOfRow } from '../ledger/run-row.ts'
import type { PrismaClient } from '../prisma.ts'
import { syncRunOf } from '../status-sync/sync-rows.ts'
import { retryConflicts } from '../transaction.ts'

export interface RunCount {
  readonly process: string
  readonly status: RunStatus
  readonly completion: Completion | null
  readonly count: number
}

export interface JobReads {
  /** How many runs of these processes stand how, one row per combination that occurs. @param since created then or later; null for all that are kept */
  countRuns(selection: { readonly processes: readonly string[]; readonly since: EpochMs | null }): Promise<RunCount[]>
  /** The runs of these processes that have not ended. */
  goingRuns(processes: readonly string[]): Promise<Run[]>
  /** Those of these runs that have begun to sync. One statement. */
  syncRuns(runUuids: readonly string[]): Promise<ReadonlyMap<string, SyncRun>>
}

export function createJobReads(prisma: PrismaClient): JobReads {
  return {
    async countRuns({ processes, since }) {
      const counted = await retryConflicts(() =>
        prisma.run.groupBy({
          by: ['process', 'status', 'completion'],
          where: { process: { in: [...processes] }, ...(since !== null && { createdAt: { gte: new Date(since) } }) },
          _count: { _all: true },
        }),
      )
      return counted.map(({ process, status, completion, _count }) => ({
        ...{ process, count: _count._all },
        ...{ status: word<RunStatus>(status), completion: word<Completion | null>(completion) },
      }))
    },

    async goingRuns(processes) {
      const rows = await retryConflicts(() =>
        prisma.run.findMany({
          where: { status: { in: [...LIVE_STATUSES] }, process: { in: [...processes] } },
          // In the order of the backlog's index: that of the process would be walked through all that has ended.
          orderBy: [{ status: 'asc' }, { process: 'asc' }],
        }),
      )
      return rows.map(runOfRow)
    },

    async syncRuns(runUuids) {
      if (runUuids.length === 0) return new Map()
      const rows = await retryConflicts(() => prisma.syncRun.findMany({ where: { runUuid: { in: [...runUuids] } } }))
      return new Map(rows.map((row) => [row.runUuid, syncRunOf(row)]))
    },
  }
}

/** Only the ledger writes these columns, from words of the same types. */
function word<Word extends string | null>(value: string | null): Word {
  return value as Word
}
