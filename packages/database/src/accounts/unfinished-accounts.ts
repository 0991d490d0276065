import { liveKeyOf, type RunStatus } from '@rollcall/engine'
import { accountCreate, RUN_TYPES, releaseReservation, type UnfinishedAccount, type UnfinishedAccounts } from '@rollcall/provisioning'
import type { Dialect } from '../dialect.ts'
import type { PrismaClient } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { kindOf } from './credentials.ts'
import { ownerKey } from './reservation.ts'

/** What a natural key begins with; the person's id follows. */
const CREATES = liveKeyOf(accountCreate, { subjectId: '' })
const RELEASES = liveKeyOf(releaseReservation, { subjectId: '' })

const SQLITE_TYPE_OF_KIND = `CASE u.kind ${typesOfKinds('')} END`
const SQL_SERVER_TYPE_OF_KIND = `CASE u.[kind] ${typesOfKinds('N')} END`

/** Over (reserved before, reserved after, its username, how many): the index of what is unfinished is walked in its order. */
export const UNFINISHED: Readonly<Record<Dialect, string>> = {
  sqlite: `SELECT u.personId, u.kind, u.username, u.unfinishedSince AS reservedAt,
  (SELECT r.uuid FROM AzureDataSync AS r WHERE r.liveKey = '${RELEASES}' || u.personId) AS releaseUuid,
  l.uuid, l.status, l.state, l.errorCode, l.updatedAt
FROM UsernameReservation AS u
LEFT JOIN AzureDataSync AS l ON l.uuid = (
  SELECT x.uuid FROM AzureDataSync AS x
  WHERE x.subjectId = u.personId AND x.process = '${accountCreate.name}' AND x.type = ${SQLITE_TYPE_OF_KIND}
  ORDER BY x.createdAt DESC, x.uuid DESC LIMIT 1
)
WHERE u.unfinishedSince < ?1 AND (u.unfinishedSince, u.username) > (?2, ?3)
  AND NOT EXISTS (SELECT 1 FROM AzureDataSync AS a WHERE a.liveKey = '${CREATES}' || u.personId)
  AND NOT EXISTS (SELECT 1 FROM SysUser AS s WHERE s.livePersonId = u.personId)
ORDER BY u.unfinishedSince, u.username LIMIT ?4`,
  sqlserver: `SELECT TOP (@P4) u.[personId], u.[kind], u.[username], u.[unfinishedSince] AS [reservedAt], r.[uuid] AS [releaseUuid],
  l.[uuid], l.[status], l.[state], l.[errorCode], l.[updatedAt]
FROM [dbo].[UsernameReservation] AS u
LEFT JOIN [dbo].[AzureDataSync] AS r ON r.[liveKey] = N'${RELEASES}' + u.[personId]
OUTER APPLY (
  SELECT TOP (1) x.[uuid], x.[status], x.[state], x.[errorCode], x.[updatedAt]
  FROM [dbo].[AzureDataSync] AS x
  WHERE x.[subjectId] = u.[personId] AND x.[process] = N'${accountCreate.name}' AND x.[type] = ${SQL_SERVER_TYPE_OF_KIND}
  ORDER BY x.[createdAt] DESC, x.[uuid] DESC
) AS l
WHERE u.[unfinishedSince] < CAST(@P1 AS DATETIME2) AND u.[unfinishedSince] >= CAST(@P2 AS DATETIME2)
  AND (u.[unfinishedSince] > CAST(@P2 AS DATETIME2) OR u.[username] > @P3)
  AND NOT EXISTS (SELECT 1 FROM [dbo].[AzureDataSync] AS a WHERE a.[liveKey] = N'${CREATES}' + u.[personId])
  AND NOT EXISTS (SELECT 1 FROM [dbo].[SysUser] AS s WHERE s.[livePersonId] = u.[personId])
ORDER BY u.[unfinishedSince], u.[username];`,
}

const TIME: Readonly<Record<Dialect, (ms: number) => number | string>> = {
  sqlite: (ms) => ms,
  sqlserver: (ms) => new Date(ms).toISOString().slice(0, -1),
}

/** Before and after everything that is ever reserved. */
const FIRST = { reservedAt: 0, username: '' }
const NEVER = Date.UTC(9999, 0, 1)

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
}: {
  readonly prisma: PrismaClient
  readonly dialect: Dialect
}): UnfinishedAccounts {
  const time = TIME[dialect]

  async function holderOf(liveKey: string): Promise<string | null> {
    const run = await prisma.run.findUnique({ where: { liveKey }, select: { uuid: true } })
    return run?.uuid ?? null
  }

  return {
    async list({ reservedBefore, after, limit }) {
      const { reservedAt, username } = after ?? FIRST
      // One more than asked tells whether there is a next page.
      const rows = await retryConflicts(() =>
        prisma.$queryRawUnsafe<UnfinishedRow[]>(UNFINISHED[dialect], time(reservedBefore ?? NEVER), time(reservedAt), username, limit + 1),
      )
      const accounts = rows.slice(0, limit).map(accountOf)
      const last = accounts.at(-1)
      return { accounts, next: rows.length > limit && last ? { reservedAt: last.reservedAt, username: last.username } : null }
    },

    async find({ personId, kind }) {
      const reservation = await prisma.usernameReservation.findUnique({ where: { ownerKey: ownerKey({ personId, kind }) } })
      if (!reservation || reservation.unfinishedSince === null) return null
      const { _sum } = await prisma.run.aggregate({ _sum: { version: true }, where: { subjectId: personId, process: accountCreate.name } })
      const { username } = reservation
      return {
        ...{ personId, kind, username, versionsSeen: _sum.version ?? 0 },
        liveRunUuid: await holderOf(CREATES + personId),
        releaseUuid: await holderOf(RELEASES + personId),
      }
    },
  }
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

function typesOfKinds(prefix: '' | 'N'): string {
  return Object.entries(RUN_TYPES)
    .map(([kind, type]) => `WHEN ${prefix}'${kind}' THEN ${prefix}'${type}'`)
    .join(' ')
}
