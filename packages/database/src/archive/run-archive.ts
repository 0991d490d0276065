// Where ended runs and their histories go after their time in the ledger. What must always hold: a run stands in the ledger or here, never in
// both and never in neither; a live run is never here.
import type { EpochMs, GroupCounts, Run, RunCursor, RunEvent, RunFilter } from '@rollcall/engine'
import type { ArchivedRun as ArchivedRunRow } from '../../generated/sqlserver/client.ts'
import { inOrder } from '../ledger/in-order.ts'
import { behind, whereOf, withWords } from '../ledger/run-queries.ts'
import { eventOfRow, runOfRow } from '../ledger/run-row.ts'
import type { PrismaClient } from '../prisma.ts'
import { inTransaction, retryConflicts } from '../transaction.ts'
import type { MoveRuns } from './move-runs.ts'

export interface ArchivedRun extends Run {
  readonly archivedAt: EpochMs
}

/** What the archive has indexes for. */
export type ArchiveFilter = Pick<RunFilter, 'subjectId' | 'scopeId' | 'groupUuid' | 'requestedBy' | 'createdFrom' | 'createdTo'>

export interface ArchivePage {
  /** Newest first, by (createdAt, uuid). */
  readonly runs: readonly ArchivedRun[]
  readonly next: RunCursor | null
}

export interface RunArchive {
  find(uuid: string): Promise<ArchivedRun | null>
  /** As it happened; with what came after the run was put away. */
  history(uuid: string): Promise<RunEvent[]>
  list(filter: ArchiveFilter, page: { readonly after: RunCursor | null; readonly limit: number }): Promise<ArchivePage>
  groupCounts(groupUuid: string): Promise<GroupCounts>
  /** Puts ended runs away, all of a part or none. Several processes may do it at once. */
  readonly move: MoveRuns
  /** Deletes what was put away before a time, with its history. Answers how many runs; fewer than `limit` where there are no more. */
  purge(selection: { readonly archivedBefore: EpochMs; readonly limit: number }): Promise<number>
}

/** SQL Server takes 2,100 parameters. */
const MOST_PER_PURGE = 1_000

export function createRunArchive({ prisma, move }: { prisma: PrismaClient; move: MoveRuns }): RunArchive {
  return {
    move,

    find: (uuid) =>
      retryConflicts(async () => {
        const row = await prisma.archivedRun.findUnique({ where: { uuid } })
        return row && archivedOfRow(row)
      }),

    history: (uuid) =>
      retryConflicts(async () => {
        const [archived, late] = await Promise.all([
          prisma.archivedRunEvent.findMany({ where: { runUuid: uuid } }),
          prisma.runEvent.findMany({ where: { runUuid: uuid } }),
        ])
        return inOrder([...archived, ...late]).map(eventOfRow)
      }),

    list: (filter, { after, limit }) =>
      retryConflicts(async () => {
        const rows = await prisma.archivedRun.findMany({
          where: { AND: [whereOf(filter), after ? behind(after) : {}] },
          orderBy: [{ createdAt: 'desc' }, { uuid: 'desc' }],
          take: limit + 1,
        })
        const runs = rows.slice(0, limit).map(archivedOfRow)
        const last = runs.at(-1)
        return { runs, next: rows.length > limit && last ? { createdAt: last.createdAt, uuid: last.uuid } : null }
      }),

    groupCounts: (groupUuid) =>
      retryConflicts(async () => {
        const rows = await prisma.archivedRun.groupBy({
          by: ['state', 'status', 'completion'],
          where: { groupUuid },
          _count: { _all: true },
        })
        const counts = rows.map(({ _count, ...row }) => ({ ...withWords(row), count: _count._all }))
        return { total: counts.reduce((sum, { count }) => sum + count, 0), counts }
      }),

    purge: ({ archivedBefore, limit }) =>
      inTransaction(prisma, async (tx) => {
        const rows = await tx.archivedRun.findMany({
          where: { archivedAt: { lt: new Date(archivedBefore) } },
          orderBy: [{ archivedAt: 'asc' }, { uuid: 'asc' }],
          take: Math.min(limit, MOST_PER_PURGE),
          select: { uuid: true },
        })
        const uuids = rows.map(({ uuid }) => uuid)
        if (uuids.length === 0) return 0
        await tx.archivedRunEvent.deleteMany({ where: { runUuid: { in: uuids } } })
        await tx.runEvent.deleteMany({ where: { runUuid: { in: uuids } } })
        const { count } = await tx.archivedRun.deleteMany({ where: { uuid: { in: uuids } } })
        return count
      }),
  }
}

export function archivedOfRow({ archivedAt, ...row }: ArchivedRunRow): ArchivedRun {
  return { ...runOfRow({ ...row, dueAt: null, liveKey: row.uuid }), archivedAt: archivedAt.getTime() }
}
