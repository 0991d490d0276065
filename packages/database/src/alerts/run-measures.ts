import type { RunMeasures } from '@rollcall/alerts'
import type { Prisma } from '../../generated/sqlserver/client.ts'
import type { PrismaClient } from '../prisma.ts'

/** The endings that count: an operator's cancelling says nothing about a process. They stand with their state, as the backlog's index has it. */
const ENDED = [
  { status: 'completed', state: 'COMPLETED' },
  { status: 'failed', state: 'FAILED' },
] as const
const AT_WORK = ['new', 'in_progress', 'polling']
/** A job has one run at a time; SQL Server takes 2,100 parameters. */
const MOST_AT_WORK = 1_000

export function createRunMeasures(prisma: PrismaClient): RunMeasures {
  return {
    async endedSince({ processes, since }) {
      const rows = await prisma.run.groupBy({
        by: ['process', 'status'],
        where: {
          status: { in: ENDED.map(({ status }) => status) },
          process: { in: [...processes] },
          state: { in: ENDED.map(({ state }) => state) },
          stateSince: { gte: new Date(since) },
        },
        _count: { _all: true },
      })
      const counted = new Map<string, { ended: number; failed: number }>()
      for (const { process, status, _count } of rows) {
        const { ended, failed } = counted.get(process) ?? { ended: 0, failed: 0 }
        counted.set(process, { ended: ended + _count._all, failed: failed + (status === 'failed' ? _count._all : 0) })
      }
      return [...counted].map(([process, counts]) => ({ process, ...counts }))
    },

    async latestEnded({ process, since, limit }) {
      const found = await Promise.all(
        ENDED.map(async ({ status, state }) => {
          const rows = await prisma.run.findMany({
            where: { status, process, state, stateSince: { gte: new Date(since) } },
            orderBy: { stateSince: 'desc' },
            take: limit,
            select: { completion: true, stateSince: true },
          })
          return rows.map(({ completion, stateSince }) => ({ at: stateSince.getTime(), status, isPartial: completion === 'partial' }))
        }),
      )
      return found
        .flat()
        .toSorted((a, b) => b.at - a.at)
        .slice(0, limit)
    },

    async longestAtWork({ processes, waitingStates }) {
      const runs = await prisma.run.findMany({
        where: { status: { in: AT_WORK }, process: { in: [...processes] } },
        // In the order of the backlog's index: that of the process would be walked through all that has ended.
        orderBy: [{ status: 'asc' }, { process: 'asc' }],
        take: MOST_AT_WORK,
        select: { uuid: true, process: true, createdAt: true },
      })
      if (runs.length === 0) return []
      const left = await prisma.runEvent.groupBy({
        by: ['runUuid'],
        where: { runUuid: { in: runs.map(({ uuid }) => uuid) }, state: { in: [...waitingStates] }, status: 'success' },
        _max: { createdAt: true },
      })
      const leftAt = new Map(left.map(({ runUuid, _max }) => [runUuid, Number(_max.createdAt)]))
      const longest = new Map<string, number>()
      for (const { uuid, process, createdAt } of runs) {
        const since = leftAt.get(uuid) ?? createdAt.getTime()
        longest.set(process, Math.min(since, longest.get(process) ?? since))
      }
      return [...longest].map(([process, since]) => ({ process, since }))
    },

    async skippedSchedules() {
      const rows = await prisma.schedule.findMany({
        where: { enabled: true, skippedInRow: { gt: 0 } },
        select: { name: true, skippedInRow: true },
      })
      return rows.map(({ name, skippedInRow }) => ({ schedule: name, inRow: skippedInRow }))
    },

    async unverifiedAccounts({ before, limit }) {
      const time = new Date(before)
      // Each by a range of the index that ends, so that it is left early.
      const overdue = await countUpTo(limit, { lastSyncAt: { lt: time } })
      return overdue < limit ? overdue + (await countUpTo(limit - overdue, { lastSyncAt: null, createdAt: { lt: time } })) : overdue
    },

    async metBySyncs({ jobs, counter }) {
      const counted = await Promise.all(
        jobs.map(async (job) => {
          const runs = await prisma.syncRun.findMany({
            where: { job, dryRun: false },
            orderBy: [{ startedAt: 'desc' }, { runUuid: 'desc' }],
            // A run that has just begun has met nothing yet, and takes nothing back.
            take: 2,
            select: { counters: true },
          })
          return runs.length === 0 ? [] : [{ job, count: Math.max(...runs.map(({ counters }) => countIn(counters, counter))) }]
        }),
      )
      return counted.flat()
    },
  }

  /** Of the accounts that the status sync looks at: its selection `withRegistration`. */
  function countUpTo(limit: number, of: Prisma.OrganisationAccountWhereInput): Promise<number> {
    const follows = { OR: [{ type: 'organization' }, { registrationNumber: { not: null } }] }
    return prisma.organisationAccount.count({
      where: { ...of, accountStatus: { not: 'closed' }, ...follows },
      orderBy: { lastSyncAt: 'asc' },
      take: limit,
    })
  }
}

/** Only the sync runs' store writes the column: see SyncCounters. */
function countIn(text: string, counter: string): number {
  const counters: Readonly<Record<string, number>> = JSON.parse(text)
  return counters[counter] ?? 0
}
