import { type Ledger, LIVE_STATUSES, type Run } from '@rollcall/engine'
import { insertAudit } from '../audit-log.ts'
import { inTransaction } from '../transaction.ts'
import type { LedgerContext } from './context.ts'
import { runOfRow } from './run-row.ts'

/** The first mark stands; asking again changes nothing and leaves no second audit row. */
export function requestCancel({ prisma }: LedgerContext, { uuid, at, audit }: Parameters<Ledger['requestCancel']>[0]): Promise<Run | null> {
  return inTransaction(prisma, async (tx) => {
    const { count } = await tx.run.updateMany({
      where: { uuid, status: { in: [...LIVE_STATUSES] }, cancelRequestedAt: null },
      data: { cancelRequestedAt: new Date(at), updatedAt: new Date(at) },
    })
    if (count === 1) await insertAudit(tx, audit)
    const row = await tx.run.findUnique({ where: { uuid } })
    return row && runOfRow(row)
  })
}
