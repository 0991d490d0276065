import type { Completion, RunFilter, RunQueries, RunStatus } from '@rollcall/engine'
import { chunks } from '../chunks.ts'
import type { LedgerContext } from './context.ts'
import { inOrder } from './in-order.ts'
import { latestEvents } from './latest-events.ts'
import { eventOfRow, runOfRow } from './run-row.ts'

/** SQL Server takes 2,100 parameters at most. */
const SCOPES_PER_QUERY = 1_000

export function createRunQueries({ prisma }: Pick<LedgerContext, 'prisma'>): RunQueries {
  return {
    async find(uuid) {
      const row = await prisma.run.findUnique({ where: { uuid } })
      return row && runOfRow(row)
    },

    async history(uuid) {
      const rows = await prisma.runEvent.findMany({ where: { runUuid: uuid } })
      return inOrder(rows).map(eventOfRow)
    },

    async list(filter, { after, limit }) {
      const rows = await prisma.run.findMany({
        where: { AND: [whereOf(filter), after ? behind(after) : {}] },
        orderBy: [{ createdAt: 'desc' }, { uuid: 'desc' }],
        // One more than asked tells whether there is a next page.
        take: limit + 1,
      })
      const runs = rows.slice(0, limit).map(runOfRow)
      const last = runs.at(-1)
      return { runs, next: rows.length > limit && last ? { createdAt: last.createdAt, uuid: last.uuid } : null }
    },

    async groupCounts(groupUuid) {
      const rows = await prisma.run.groupBy({ by: ['state', 'status', 'completion'], where: { groupUuid }, _count: { _all: true } })
      const counts = rows.map(({ _count, ...row }) => ({ ...withWords(row), count: _count._all }))
      return { total: counts.reduce((sum, { count }) => sum + count, 0), counts }
    },

    async openRuns(scopeIds) {
      const open = new Map<string, number>()
      for (const some of chunks([...new Set(scopeIds)], SCOPES_PER_QUERY)) {
        const rows = await prisma.run.groupBy({
          by: ['openScopeId'],
          where: { openScopeId: { in: some } },
          _count: { _all: true },
        })
        for (const { openScopeId, _count } of rows) if (openScopeId !== null) open.set(openScopeId, _count._all)
      }
      return open
    },

    latestEvents: (filter, page) => latestEvents({ prisma }, filter, page),

    async failuresSince({ since, processes }) {
      const rows = await prisma.run.groupBy({
        by: ['process', 'errorCode'],
        // The columns of the backlog's index, in its order.
        where: { status: 'failed', process: { in: [...processes] }, state: 'FAILED', stateSince: { gte: new Date(since) } },
        _count: { _all: true },
      })
      return rows.map(({ process, errorCode, _count }) => ({ process, errorCode, count: _count._all }))
    },
  }
}

export function whereOf({ createdFrom, createdTo, exceptProcess, ...equal }: RunFilter) {
  const createdAt = {
    ...(createdFrom !== undefined && { gte: new Date(createdFrom) }),
    ...(createdTo !== undefined && { lt: new Date(createdTo) }),
  }
  return { ...equal, createdAt, ...(exceptProcess !== undefined && { NOT: { process: exceptProcess } }) }
}

/** The range comes first so that the index is entered where the page begins. */
export function behind({ createdAt, uuid }: { createdAt: number; uuid: string }) {
  const at = new Date(createdAt)
  return { createdAt: { lte: at }, OR: [{ createdAt: { lt: at } }, { uuid: { lt: uuid } }] }
}

/** Only the engine writes these columns, from the words of these types. */
export function withWords<Row extends { status: string; completion: string | null }>(row: Row) {
  return row as Row & { status: RunStatus; completion: Completion | null }
}
