import type { DueRun, Ledger } from '@rollcall/engine'
import type { LedgerContext } from './context.ts'

/** Ended runs have no `dueAt`, so the index holds the live ones together. */
export async function due({ prisma }: LedgerContext, { before, after, limit }: Parameters<Ledger['due']>[0]): Promise<DueRun[]> {
  const from = after && new Date(after.dueAt)
  const rows = await prisma.run.findMany({
    where: {
      dueAt: { lt: new Date(before), ...(from && { gte: from }) },
      ...(from && { OR: [{ dueAt: { gt: from } }, { uuid: { gt: after.uuid } }] }),
    },
    orderBy: [{ dueAt: 'asc' }, { uuid: 'asc' }],
    take: limit,
    select: { uuid: true, process: true, state: true, version: true, priority: true, dueAt: true },
  })
  return rows.map((row) => ({ ...row, dueAt: Number(row.dueAt) }))
}
