import type { EpochMs } from '@rollcall/engine'
import type { PrismaClient } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { idBefore } from './id-before.ts'
import type { Portion } from './retention.ts'

const RUNS_PER_LOOK = 50

/** Items first, so that a run whose items are half gone is still found. A run counts as a row. */
export function createPurgeSyncs(prisma: PrismaClient): Portion {
  return ({ before, limit }) =>
    retryConflicts(async () => {
      const some = { runUuid: { in: await nextGone(prisma, before) } }
      if (some.runUuid.in.length === 0) return 0
      const items = await prisma.syncItem.deleteMany({ where: some, limit })
      if (items.count === limit) return items.count
      return items.count + (await prisma.syncRun.deleteMany({ where: some })).count
    })
}

/**
 * Old ones whose run is not in the ledger any more, which is archived at its own time and never while it lives. Those whose run stands are passed
 * over, however many they are. The uuids are in the order of time.
 */
async function nextGone(prisma: PrismaClient, before: EpochMs): Promise<string[]> {
  for (let after = ''; ; ) {
    const old = await prisma.syncRun.findMany({
      where: { runUuid: { gt: after, lt: idBefore(before) } },
      orderBy: { runUuid: 'asc' },
      take: RUNS_PER_LOOK,
      select: { runUuid: true },
    })
    if (old.length === 0) return []
    const uuids = old.map(({ runUuid }) => runUuid)
    const standing = await prisma.run.findMany({ where: { uuid: { in: uuids } }, select: { uuid: true } })
    const stand = new Set(standing.map(({ uuid }) => uuid))
    const gone = uuids.filter((uuid) => !stand.has(uuid))
    after = uuids.at(-1) ?? ''
    if (gone.length > 0 || uuids.length < RUNS_PER_LOOK) return gone
  }
}
