// What is deleted or emptied by age, a portion at a time, so that nobody waits for it. Which age that is stands in the table of
// `@rollcall/platform`; runs have their own port, the archive.
import { type EpochMs, ERASED_SUBJECT, LIVE_STATUSES } from '@rollcall/engine'
import { chunks } from '../chunks.ts'
import type { PrismaClient } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { idBefore } from './id-before.ts'
import { createEraseImports, createPurgeImports } from './imports.ts'
import { createPurgeSyncs } from './purge-syncs.ts'

/** Answers how many rows it was, about `limit` at most; 0 where there are no more. An import counts as a row. */
export type Portion = (selection: { readonly before: EpochMs; readonly limit: number; readonly at: EpochMs }) => Promise<number>

export interface Retention {
  readonly purgeAudit: Portion
  /** What came of each run of a cohort that was ordered before. */
  readonly purgeCohorts: Portion
  /** Closures that were lifted before. */
  readonly purgeClosures: Portion
  /** Alerts that were resolved before. */
  readonly purgeAlerts: Portion
  /** Sync runs that began before and whose run has left the ledger, with what they found. */
  readonly purgeSyncs: Portion
  /** Ticks of schedules that were fired before. */
  readonly purgeTicks: Portion
  /** Cells, errors and persons of the rows of imports that ended before. */
  readonly eraseImports: Portion
  /** Imports whose rows were erased and that were accepted before. */
  readonly purgeImports: Portion
  /** What workers that came too late wrote into the history of erased persons' runs. Answers how many events were emptied. */
  emptyLateHistory(): Promise<number>
}

export function createRetention(prisma: PrismaClient): Retention {
  return {
    purgeAudit: ({ before, limit }) =>
      retryConflicts(async () => {
        // The ids are in the order of time, and what they lead to is judged by its time.
        const where = { id: { lt: idBefore(before) }, at: { lt: new Date(before) } }
        return (await prisma.auditLog.deleteMany({ where, limit })).count
      }),

    purgeCohorts: ({ before, limit }) =>
      retryConflicts(async () => {
        const { count } = await prisma.cohortItem.deleteMany({ where: { cohortUuid: { lt: idBefore(before) } }, limit })
        return count
      }),

    purgeClosures: ({ before, limit }) =>
      retryConflicts(async () => {
        const { count } = await prisma.resourceClosure.deleteMany({ where: { reopenedAt: { lt: new Date(before) } }, limit })
        return count
      }),

    purgeAlerts: ({ before, limit }) =>
      retryConflicts(async () => {
        const { count } = await prisma.alert.deleteMany({ where: { resolvedAt: { lt: new Date(before) } }, limit })
        return count
      }),

    purgeSyncs: createPurgeSyncs(prisma),

    purgeTicks: ({ before, limit }) =>
      retryConflicts(async () => {
        const { count } = await prisma.scheduleTick.deleteMany({ where: { firedAt: { lt: new Date(before) } }, limit })
        return count
      }),

    eraseImports: createEraseImports(prisma),
    purgeImports: createPurgeImports(prisma),

    emptyLateHistory: () =>
      retryConflicts(async () => {
        const erased = await prisma.run.findMany({
          where: { subjectId: { gte: ERASED_SUBJECT, lt: AFTER_ERASED }, status: { notIn: [...LIVE_STATUSES] } },
          select: { uuid: true },
        })
        let emptied = 0
        for (const some of chunks(erased, RUNS_PER_STATEMENT)) {
          const { count } = await prisma.runEvent.updateMany({
            where: {
              runUuid: { in: some.map(({ uuid }) => uuid) },
              OR: [{ submittedData: { not: null } }, { receivedData: { not: null } }, { errorMessage: { not: null } }],
            },
            data: { submittedData: null, receivedData: null, errorMessage: null },
          })
          emptied += count
        }
        return emptied
      }),
  }
}

/** The first text behind all those that begin so, by code points. */
const AFTER_ERASED = ERASED_SUBJECT.replace(/~$/, '\u007f')
const RUNS_PER_STATEMENT = 500
