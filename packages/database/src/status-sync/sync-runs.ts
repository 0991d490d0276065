import { NO_COUNTERS, SYNC_JOBS, type SyncRun, type SyncRuns } from '@rollcall/status-sync'
import { isUniqueViolation } from '../database-error.ts'
import type { Dialect } from '../dialect.ts'
import type { LedgerSql } from '../ledger/ledger-sql.ts'
import { type PrismaClient, unwrapTransaction } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { syncItemOf, syncRunOf } from './sync-rows.ts'
import { createWriteBatch } from './write-batch.ts'

export function createSyncRuns(context: {
  readonly prisma: PrismaClient
  readonly dialect: Dialect
  readonly sql: Pick<LedgerSql, 'startWithin'>
}): SyncRuns {
  const { prisma } = context

  async function find(runUuid: string): Promise<SyncRun | null> {
    const row = await retryConflicts(() => prisma.syncRun.findUnique({ where: { runUuid } }))
    return row && syncRunOf(row)
  }

  return {
    find,
    writeBatch: createWriteBatch(context),

    async begin({ runUuid, job, trigger, dryRun, config, startedAt }) {
      const standing = await find(runUuid)
      if (standing) return standing
      const at = new Date(startedAt)
      const texts = { config: JSON.stringify(config), counters: JSON.stringify(NO_COUNTERS) }
      const data = { runUuid, job, trigger, dryRun, ...texts, batches: 0, startedAt: at, heartbeatAt: at }
      try {
        return syncRunOf(await prisma.syncRun.create({ data }))
      } catch (error) {
        const winner = isUniqueViolation(error) ? await find(runUuid) : null
        if (!winner) throw error
        return winner
      }
    },

    async standsAt(tx, { runUuid, batches }) {
      return (await unwrapTransaction(tx).syncRun.count({ where: { runUuid, batches } })) === 1
    },

    async items({ runUuid, outcome, after, limit }) {
      const where = { runUuid, ...(outcome !== null && { outcome }), ...(after !== null && { userId: { gt: after } }) }
      const rows = await retryConflicts(() => prisma.syncItem.findMany({ where, orderBy: { userId: 'asc' }, take: limit }))
      return rows.map(syncItemOf)
    },

    async list({ job, before, limit }) {
      // Job by job, since the index leads with the job.
      const pages = await Promise.all((job === null ? SYNC_JOBS : [job]).map((one) => pageOf({ job: one, before, limit })))
      return pages.flat().sort(newestFirst).slice(0, limit)
    },

    async itemsOf({ userId, limit }) {
      const rows = await retryConflicts(() =>
        prisma.syncItem.findMany({ where: { userId }, orderBy: [{ decidedAt: 'desc' }, { runUuid: 'desc' }], take: limit }),
      )
      return rows.map((row) => ({ ...syncItemOf(row), runUuid: row.runUuid }))
    },

    async askPause({ runUuid, by }) {
      const { count } = await retryConflicts(() => prisma.syncRun.updateMany({ where: { runUuid }, data: { pauseAskedBy: by } }))
      return count === 1
    },

    async clearPause(tx, runUuid) {
      const where = { runUuid, pauseAskedBy: { not: null } }
      const { count } = await unwrapTransaction(tx).syncRun.updateMany({ where, data: { pauseAskedBy: null } })
      return count === 1
    },
  }

  async function pageOf({ job, before, limit }: Parameters<SyncRuns['list']>[0] & { readonly job: string }): Promise<SyncRun[]> {
    const rows = await retryConflicts(() =>
      prisma.syncRun.findMany({
        where: { job, ...(before && olderThan(before)) },
        orderBy: [{ startedAt: 'desc' }, { runUuid: 'desc' }],
        take: limit,
      }),
    )
    return rows.map(syncRunOf)
  }
}

/** The range comes first so that the index is entered where the page begins. */
function olderThan({ startedAt, runUuid }: Pick<SyncRun, 'startedAt' | 'runUuid'>) {
  const at = new Date(startedAt)
  return { startedAt: { lte: at }, OR: [{ startedAt: { lt: at } }, { runUuid: { lt: runUuid } }] }
}

function newestFirst(a: SyncRun, b: SyncRun): number {
  return b.startedAt - a.startedAt || (a.runUuid < b.runUuid ? 1 : -1)
}
