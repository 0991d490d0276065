import type { AccountKind, Credentials, ErasedBecause, SealedCredential } from '@rollcall/provisioning'
import { insertAudit } from '../audit-log.ts'
import type { Dialect } from '../dialect.ts'
import type { PrismaClient } from '../prisma.ts'
import { inTransaction, retryConflicts } from '../transaction.ts'

interface CredentialSql {
  /** Over (sealed before, now, how many). */
  readonly eraseExpired: string
  /** Over a JSON list of { personId, kind, sealedPassword, resealed }. */
  readonly reseal: string
  /** How the dialect takes a time. */
  readonly time: (ms: number) => number | string
}

const ORDINAL = 'COLLATE Latin1_General_100_BIN2'

export const CREDENTIAL_SQL: Readonly<Record<Dialect, CredentialSql>> = {
  sqlite: {
    eraseExpired: `UPDATE Credential SET sealedPassword = NULL, erasedAt = ?2, erasedBecause = 'expired'
WHERE rowid IN (SELECT rowid FROM Credential WHERE erasedAt IS NULL AND createdAt < ?1 ORDER BY createdAt LIMIT ?3)`,
    reseal: `UPDATE Credential SET sealedPassword = j.value ->> 'resealed' FROM json_each(?1) AS j
WHERE personId = j.value ->> 'personId' AND kind = j.value ->> 'kind' AND sealedPassword = j.value ->> 'sealedPassword'`,
    time: (ms) => ms,
  },
  sqlserver: {
    eraseExpired: `WITH [old] AS (
  SELECT TOP (@P3) [sealedPassword], [erasedAt], [erasedBecause]
  FROM [dbo].[Credential]
  WHERE [erasedAt] IS NULL AND [createdAt] < CAST(@P1 AS DATETIME2)
  ORDER BY [createdAt]
)
UPDATE [old] SET [sealedPassword] = NULL, [erasedAt] = CAST(@P2 AS DATETIME2), [erasedBecause] = N'expired';`,
    reseal: `UPDATE c SET c.[sealedPassword] = j.[resealed]
FROM [dbo].[Credential] AS c
INNER JOIN OPENJSON(@P1) WITH (
  [personId] NVARCHAR(32) '$.personId',
  [kind] NVARCHAR(16) '$.kind',
  [sealedPassword] NVARCHAR(500) '$.sealedPassword',
  [resealed] NVARCHAR(500) '$.resealed'
) AS j ON c.[personId] = j.[personId] ${ORDINAL} AND c.[kind] = j.[kind] ${ORDINAL}
WHERE c.[sealedPassword] ${ORDINAL} = j.[sealedPassword] ${ORDINAL};`,
    time: (ms) => new Date(ms).toISOString().slice(0, -1),
  },
}

export function createCredentials({ prisma, dialect }: { readonly prisma: PrismaClient; readonly dialect: Dialect }): Credentials {
  const { eraseExpired, reseal, time } = CREDENTIAL_SQL[dialect]
  return {
    async findOfUser(sysUserId) {
      const user = await prisma.sysUser.findFirst({ where: { sysUserId, deletedOn: null }, select: { username: true } })
      const reservation = user && (await prisma.usernameReservation.findUnique({ where: { username: user.username } }))
      if (!reservation) return null
      const { personId, username } = reservation
      const kind = kindOf(reservation.kind)
      const row = await prisma.credential.findUnique({ where: { personId_kind: { personId, kind } } })
      const erasure = row?.erasedAt
        ? { at: row.erasedAt.getTime(), because: becauseOf(row.erasedBecause), collectedBy: row.collectedBy }
        : null
      return { personId, kind, username, sealedPassword: row?.sealedPassword ?? null, erasure }
    },

    collect: ({ personId, kind, sealedPassword, by, at, audit }) =>
      inTransaction(prisma, async (tx) => {
        const { count } = await tx.credential.updateMany({
          where: { personId, kind, sealedPassword },
          data: { sealedPassword: null, erasedAt: new Date(at), erasedBecause: 'collected' satisfies ErasedBecause, collectedBy: by },
        })
        if (count === 1) await insertAudit(tx, audit)
        return count === 1
      }),

    async listSealed({ after, limit }) {
      const rows = await retryConflicts(() =>
        prisma.credential.findMany({
          where: { erasedAt: null, ...(after && behind(after)) },
          orderBy: [{ createdAt: 'asc' }, { personId: 'asc' }, { kind: 'asc' }],
          take: limit,
          select: { personId: true, kind: true, createdAt: true, sealedPassword: true },
        }),
      )
      return rows.map(({ personId, kind, createdAt, sealedPassword }) => ({
        personId,
        kind: kindOf(kind),
        createdAt: createdAt.getTime(),
        sealedPassword: sealedPassword ?? '',
      }))
    },

    async reseal(changes) {
      const json = JSON.stringify(
        changes.map(({ personId, kind, sealedPassword, resealed }) => ({ personId, kind, sealedPassword, resealed })),
      )
      return retryConflicts(() => prisma.$executeRawUnsafe(reseal, json))
    },

    eraseExpired: ({ before, at, limit }) => retryConflicts(() => prisma.$executeRawUnsafe(eraseExpired, time(before), time(at), limit)),
  }
}

/** The range comes first so that the index is entered where the page begins. */
function behind({ createdAt, personId, kind }: Omit<SealedCredential, 'sealedPassword'>) {
  const at = new Date(createdAt)
  return {
    createdAt: { gte: at },
    OR: [{ createdAt: { gt: at } }, { personId: { gt: personId } }, { personId, kind: { gt: kind } }],
  }
}

/** Only reservations write the column, from the words of this type. */
export function kindOf(word: string): AccountKind {
  return word as AccountKind
}

/** Every erasure of ours writes one of these words. */
function becauseOf(word: string | null): ErasedBecause {
  return word as ErasedBecause
}
