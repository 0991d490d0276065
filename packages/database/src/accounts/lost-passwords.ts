import type { AccountKind, ErasedBecause } from '@rollcall/provisioning'
import { chunks } from '../chunks.ts'
import type { PrismaClient } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { kindOf } from './credentials.ts'

/** SQL Server takes 2,100 parameters. */
const PER_QUERY = 1_000

export interface LostPassword {
  readonly personId: string
  readonly kind: AccountKind
  readonly erasedAt: number
  /** Of the person's live user; null where there is none (yet). */
  readonly sysUserId: string | null
}

/** Accounts that were adopted with a password of their own, which nobody here has ever known. */
export interface LostPasswords {
  /** Those found out since then, the oldest first. @param after the last one of the page before */
  since(selection: { readonly since: number; readonly after: LostPassword | null; readonly limit: number }): Promise<LostPassword[]>
}

export function createLostPasswords(prisma: PrismaClient): LostPasswords {
  return {
    async since({ since, after, limit }) {
      const rows = await retryConflicts(() =>
        prisma.credential.findMany({
          where: { erasedAt: { gte: new Date(since) }, erasedBecause: 'notOurs' satisfies ErasedBecause, ...(after && behind(after)) },
          orderBy: [{ erasedAt: 'asc' }, { personId: 'asc' }, { kind: 'asc' }],
          take: limit,
          select: { personId: true, kind: true, erasedAt: true },
        }),
      )
      const users = new Map<string, string>()
      for (const some of chunks(rows, PER_QUERY)) {
        const where = { livePersonId: { in: some.map(({ personId }) => personId) } }
        const live = await retryConflicts(() => prisma.sysUser.findMany({ where, select: { personId: true, sysUserId: true } }))
        for (const { personId, sysUserId } of live) users.set(personId, sysUserId)
      }
      return rows.map(({ personId, kind, erasedAt }) => ({
        ...{ personId, kind: kindOf(kind), erasedAt: erasedAt?.getTime() ?? since },
        sysUserId: users.get(personId) ?? null,
      }))
    },
  }
}

/** The range comes first so that the index is entered where the page begins. */
function behind({ erasedAt, personId, kind }: LostPassword) {
  const at = new Date(erasedAt)
  return {
    erasedAt: { gte: at },
    OR: [{ erasedAt: { gt: at } }, { personId: { gt: personId } }, { personId, kind: { gt: kind } }],
  }
}
