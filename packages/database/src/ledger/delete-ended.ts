import { type Ledger, LIVE_STATUSES } from '@rollcall/engine'
import { inTransaction } from '../transaction.ts'
import type { LedgerContext } from './context.ts'

/** SQL Server takes 2,100 parameters. */
const MAX_PER_CALL = 1_000

export function deleteEnded({ prisma }: LedgerContext, { process, before, limit }: Parameters<Ledger['deleteEnded']>[0]): Promise<number> {
  return inTransaction(prisma, async (tx) => {
    const rows = await tx.run.findMany({
      // What ended before was created before, which is what the index knows.
      where: { process, createdAt: { lt: new Date(before) }, updatedAt: { lt: new Date(before) }, status: { notIn: [...LIVE_STATUSES] } },
      orderBy: [{ createdAt: 'asc' }, { uuid: 'asc' }],
      take: Math.min(limit, MAX_PER_CALL),
      select: { uuid: true },
    })
    const uuids = rows.map(({ uuid }) => uuid)
    if (uuids.length === 0) return 0
    await tx.runEvent.deleteMany({ where: { runUuid: { in: uuids } } })
    const { count } = await tx.run.deleteMany({ where: { uuid: { in: uuids } } })
    return count
  })
}
