import { LIVE_STATUSES, liveKeyOf } from '@rollcall/engine'
import { accountCreate, type ImportStore, type PersonsRun } from '@rollcall/provisioning'
import { chunks } from '../chunks.ts'
import type { PrismaClient } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'

/** SQL Server takes 2,100 parameters. */
const KEYS_PER_QUERY = 1_000

/** Live runs are found by their natural keys; ended ones, which are asked for rarely, person by person. */
export function createRunsOfPersons(prisma: PrismaClient): ImportStore['runsOf'] {
  return async ({ personIds, orEnded }) => {
    const live: PersonsRun[] = []
    for (const some of chunks(personIds, KEYS_PER_QUERY)) {
      const keys = some.map((personId) => liveKeyOf(accountCreate, { subjectId: personId }))
      const rows = await retryConflicts(() =>
        prisma.run.findMany({ where: { liveKey: { in: keys } }, select: { uuid: true, subjectId: true, type: true } }),
      )
      live.push(...rows.map(({ uuid, subjectId, type }) => ({ uuid, personId: subjectId ?? '', type, isLive: true })))
    }
    if (!orEnded) return live
    const found = new Set(live.map(({ personId }) => personId))
    const ended = await Promise.all(personIds.filter((personId) => !found.has(personId)).map(latestRun))
    return [...live, ...ended.flat()]
  }

  async function latestRun(personId: string): Promise<PersonsRun[]> {
    const row = await retryConflicts(() =>
      prisma.run.findFirst({
        where: { subjectId: personId, process: accountCreate.name },
        orderBy: [{ createdAt: 'desc' }, { uuid: 'desc' }],
        select: { uuid: true, type: true, status: true },
      }),
    )
    return row ? [{ uuid: row.uuid, personId, type: row.type, isLive: LIVE_STATUSES.some((status) => status === row.status) }] : []
  }
}
