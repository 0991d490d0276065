import type { Completion, RunFilter, RunQueries, RunStatus } from '@rollcall/engine'
import type { LedgerContext } from './context.ts'
import { eventOfRow, runOfRow } from './run-row.ts'

export function createRunQueries({ prisma }: Pick<LedgerContext, 'prisma'>): RunQueries {
  return {
    async find(uuid) {
      const row = await prisma.run.findUnique({ where: { uuid } })
      return row && runOfRow(row)
    },

    async history(uuid) {
      const rows = await prisma.runEvent.findMany({ where: { runUuid: uuid }, orderBy: { id: 'asc' } })
      return rows.map(eventOfRow)
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
  }
}

function whereOf({ createdFrom, createdTo, ...equal }: RunFilter) {
  const createdAt = {
    ...(createdFrom !== undefined && { gte: new Date(createdFrom) }),
    ...(createdTo !== undefined && { lt: new Date(createdTo) }),
  }
  return { ...equal, createdAt }
}

/** The range comes first so that the index is entered where the page begins. */
function behind({ createdAt, uuid }: { createdAt: number; uuid: string }) {
  const at = new Date(createdAt)
  return { createdAt: { lte: at }, OR: [{ createdAt: { lt: at } }, { uuid: { lt: uuid } }] }
}

/** Only the engine writes these columns, from the words of these types. */
function withWords<Row extends { status: string; completion: string | null }>(row: Row) {
  return row as Row & { status: RunStatus; completion: Completion | null }
}
