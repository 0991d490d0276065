import type { EpochMs } from '@rollcall/engine'
import type { PrismaClient } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import type { Portion } from './retention.ts'

const IMPORTS_PER_LOOK = 50

/** Takes cells, errors and persons out of the rows, and marks the import once they all are empty. */
export function createEraseImports(prisma: PrismaClient): Portion {
  return ({ at, before, limit }) =>
    retryConflicts(async () => {
      const importId = await nextEnded(prisma, before)
      if (importId === null) return 0
      const rows = await prisma.importRow.findMany({
        where: { importId, OR: [{ cells: { not: null } }, { errors: { not: null } }, { personId: { not: null } }] },
        orderBy: { rowNumber: 'asc' },
        take: limit,
        select: { rowNumber: true },
      })
      const some = { importId, rowNumber: { in: rows.map(({ rowNumber }) => rowNumber) } }
      const { count } = await prisma.importRow.updateMany({ where: some, data: { cells: null, errors: null, personId: null } })
      if (rows.length < limit) await prisma.import.updateMany({ where: { id: importId }, data: { erasedAt: new Date(at) } })
      return count + 1
    })
}

/**
 * It has ended when no run of its group lives, at the time of the last one's end, which may be archived sooner than cells are erased. Those that
 * have not ended are passed over, however many they are: a class that is missing keeps a run going for weeks.
 */
async function nextEnded(prisma: PrismaClient, before: EpochMs): Promise<string | null> {
  const time = new Date(before)
  for (let after: Due | null = null; ; ) {
    const due: readonly Due[] = await prisma.import.findMany({
      where: { erasedAt: null, acceptedAt: { lt: time }, ...(after && { AND: behind(after) }) },
      orderBy: [{ acceptedAt: 'asc' }, { id: 'asc' }],
      take: IMPORTS_PER_LOOK,
      select: { id: true, acceptedAt: true },
    })
    for (const { id } of due) if (await hasEnded(prisma, id, time)) return id
    after = due.at(-1) ?? null
    if (due.length < IMPORTS_PER_LOOK) return null
  }
}

async function hasEnded(prisma: PrismaClient, groupUuid: string, before: Date): Promise<boolean> {
  const lately = { updatedAt: { gte: before } }
  const select = { uuid: true }
  // In this order: a run that is archived between the two looks is seen by one of them.
  const inLedger = await prisma.run.findFirst({ where: { groupUuid, OR: [{ dueAt: { not: null } }, lately] }, select })
  return inLedger === null && (await prisma.archivedRun.findFirst({ where: { groupUuid, ...lately }, select })) === null
}

interface Due {
  readonly id: string
  /** Never null where it is asked for those that were accepted before a time. */
  readonly acceptedAt: Date | null
}

/** The range comes first so that the index is entered where the page begins. */
function behind({ acceptedAt, id }: Due) {
  const at = acceptedAt ?? new Date(0)
  return [{ acceptedAt: { gte: at } }, { OR: [{ acceptedAt: { gt: at } }, { id: { gt: id } }] }]
}

/** Rows first, so that an import whose rows are half gone is still found. */
export function createPurgeImports(prisma: PrismaClient): Portion {
  return ({ before, limit }) =>
    retryConflicts(async () => {
      const oldest = await prisma.import.findFirst({
        where: { erasedAt: { not: null }, acceptedAt: { lt: new Date(before) } },
        orderBy: { acceptedAt: 'asc' },
        select: { id: true },
      })
      if (oldest === null) return 0
      const { count } = await prisma.importRow.deleteMany({ where: { importId: oldest.id }, limit })
      if (count < limit) await prisma.import.deleteMany({ where: { id: oldest.id } })
      return count + 1
    })
}
