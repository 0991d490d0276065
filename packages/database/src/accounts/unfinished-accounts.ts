import type { RunStatus } from '@rollcall/engine'
import { accountCreate, type UnfinishedAccount, type UnfinishedAccounts, type UnfinishedCursor } from '@rollcall/provisioning'
import type { Dialect } from '../dialect.ts'
import type { PrismaClient } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { kindOf } from './credentials.ts'
import { ownerKey } from './reservation.ts'
import { CREATES, RELEASES, UNFINISHED_SQL } from './unfinished-sql.ts'

/** Before and after everything that is ever reserved. */
const FIRST = { reservedAt: 0, username: '' }
const NEVER = Date.UTC(9999, 0, 1)
/** How many reservations are looked at for one page. */
const WINDOW = 25_000

interface UnfinishedRow {
  readonly personId: string
  readonly kind: string
  readonly username: string
  readonly reservedAt: bigint | Date
  readonly releaseUuid: string | null
  readonly uuid: string | null
  readonly status: string | null
  readonly state: string | null
  readonly errorCode: string | null
  readonly updatedAt: bigint | Date | null
}

export function createUnfinishedAccounts({
  prisma,
  dialect,
  window = WINDOW,
}: {
  readonly prisma: PrismaClient
  readonly dialect: Dialect
  readonly window?: number
}): UnfinishedAccounts {
  const sql = UNFINISHED_SQL[dialect]

  async function holderOf(liveKey: string): Promise<string | null> {
    const run = await prisma.run.findUnique({ where: { liveKey }, select: { uuid: true } })
    return run?.uuid ?? null
  }

  return {
    async list({ reservedBefore, after, limit }) {
      const { reservedAt, username } = after ?? FIRST
      const from = [sql.time(reservedBefore ?? NEVER), sql.time(reservedAt), username] as const
      // One more than asked tells whether there is a next page.
      const rows = await retryConflicts(() => prisma.$queryRawUnsafe<UnfinishedRow[]>(sql.list, ...from, window, limit + 1))
      const accounts = rows.slice(0, limit).map(accountOf)
      if (rows.length > limit) return { accounts, next: cursorOf(rows[limit - 1]) }
      const [end] = await retryConflicts(() => prisma.$queryRawUnsafe<UnfinishedRow[]>(sql.windowEnd, ...from, window - 1))
      return { accounts, next: cursorOf(end) }
    },

    async find({ personId, kind }) {
      const reservation = await prisma.usernameReservation.findUnique({ where: { ownerKey: ownerKey({ personId, kind }) } })
      if (!reservation || reservation.unfinishedSince === null) return null
      const runs = { _sum: { version: true }, where: { subjectId: personId, process: accountCreate.name } } as const
      const [kept, archived] = [await prisma.run.aggregate(runs), await prisma.archivedRun.aggregate(runs)]
      const { username } = reservation
      return {
        ...{ personId, kind, username, versionsSeen: (kept._sum.version ?? 0) + (archived._sum.version ?? 0) },
        liveRunUuid: await holderOf(CREATES + personId),
        releaseUuid: await holderOf(RELEASES + personId),
      }
    },
  }
}

function cursorOf(row: Pick<UnfinishedRow, 'reservedAt' | 'username'> | undefined): UnfinishedCursor | null {
  return row ? { reservedAt: Number(row.reservedAt), username: row.username } : null
}

function accountOf({ personId, kind, username, reservedAt, releaseUuid, ...run }: UnfinishedRow): UnfinishedAccount {
  return { personId, kind: kindOf(kind), username, reservedAt: Number(reservedAt), releaseUuid, lastRun: lastRunOf(run) }
}

/** A row has all of the run's columns or none of them. */
function lastRunOf({
  uuid,
  status,
  state,
  errorCode,
  updatedAt,
}: Pick<UnfinishedRow, 'uuid' | 'status' | 'state' | 'errorCode' | 'updatedAt'>): UnfinishedAccount['lastRun'] {
  if (uuid === null) return null
  return { uuid, status: status as RunStatus, state: String(state), errorCode, updatedAt: Number(updatedAt) }
}
