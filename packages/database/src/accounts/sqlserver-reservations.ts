// Reservations in T-SQL: those that are asked for while one request is under way go together in the next. What must always hold: the asks of a
// request are carried out one after the other, in their order, so that each sees what those before it took.
import { gather } from '@rollcall/engine'
import type { Reservation, ReserveInput } from '@rollcall/provisioning'
import { isUnavailable, isUniqueViolation } from '../database-error.ts'
import type { PrismaClient } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { FORMER_NAMES, onlyReservationOf, ownerKey, type ReservingSql, reservationOf } from './reservation.ts'

const ORDINAL = 'COLLATE Latin1_General_100_BIN2'

/** @P1 the owner keys, as JSON. Answers a row per reservation that stands. */
export const FIND_RESERVATIONS = `SELECT u.[ownerKey], u.[username], c.[sealedPassword], c.[createdAt] AS [sealedAt], c.[erasedAt], CASE WHEN EXISTS (
  SELECT 1 FROM [dbo].[SysUser] AS s WHERE s.[livePersonId] = u.[personId] AND s.[liveUsername] <> u.[username]
) THEN 1 ELSE 0 END AS [hasOther], CASE WHEN EXISTS (
  SELECT 1 FROM [dbo].[UsernameReservation] AS o
  WHERE o.[personId] = u.[personId] AND o.[kind] <> u.[kind] AND o.[ownerKey] <> o.[username] AND o.[reservedAt] <= u.[reservedAt]
    AND NOT EXISTS (SELECT 1 FROM [dbo].[SysUser] AS s WHERE s.[personId] = o.[personId] AND s.[username] = o.[username])
) THEN 1 ELSE 0 END AS [hasUnfinished], (
  SELECT TOP (${FORMER_NAMES}) f.[username] FROM [dbo].[UsernameReservation] AS f
  WHERE f.[personId] = u.[personId] AND f.[ownerKey] = f.[username]
  ORDER BY f.[reservedAt] DESC, f.[username] FOR JSON PATH
) AS [formerNames]
FROM OPENJSON(@P1) WITH ([ownerKey] NVARCHAR(4000) '$') AS j
INNER LOOP JOIN [dbo].[UsernameReservation] AS u ON u.[ownerKey] = j.[ownerKey] ${ORDINAL}
LEFT JOIN [dbo].[Credential] AS c ON c.[personId] = u.[personId] AND c.[kind] = u.[kind];`

/**
 * @P1 the owner keys; @P2 the asks, numbered from 0: owner key, person, kind, candidates, the name to burn or null, sealed password, whether to
 * renew; @P3 how many asks
 */
export const RESERVE_USERNAMES = `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @now DATETIME2 = CAST(SYSUTCDATETIME() AS DATETIME2(3)), @place INT = 0, @asked INT = @P3;
DECLARE @seals INT, @ownerKey NVARCHAR(4000), @personId NVARCHAR(4000), @kind NVARCHAR(4000), @replacing NVARCHAR(4000),
  @sealed NVARCHAR(4000), @candidates NVARCHAR(MAX);
DECLARE @asks TABLE (
  [place] INT NOT NULL PRIMARY KEY, [ownerKey] NVARCHAR(4000) NOT NULL, [personId] NVARCHAR(4000) NOT NULL, [kind] NVARCHAR(4000) NOT NULL,
  [candidates] NVARCHAR(MAX) NOT NULL, [replacing] NVARCHAR(4000) NULL, [sealedPassword] NVARCHAR(4000) NOT NULL, [renewing] INT NOT NULL
);
INSERT INTO @asks ([place], [ownerKey], [personId], [kind], [candidates], [replacing], [sealedPassword], [renewing])
SELECT j.[place], j.[ownerKey], j.[personId], j.[kind], j.[candidates], j.[replacing], j.[sealedPassword], j.[renewing]
FROM OPENJSON(@P2) WITH (
  [place] INT '$.place', [ownerKey] NVARCHAR(4000) '$.ownerKey', [personId] NVARCHAR(4000) '$.personId', [kind] NVARCHAR(4000) '$.kind',
  [candidates] NVARCHAR(MAX) '$.candidates' AS JSON, [replacing] NVARCHAR(4000) '$.replacing',
  [sealedPassword] NVARCHAR(4000) '$.sealedPassword', [renewing] INT '$.renewing'
) AS j;
BEGIN TRANSACTION;
WHILE @place < @asked
BEGIN
  SELECT @ownerKey = [ownerKey], @personId = [personId], @kind = [kind], @candidates = [candidates], @replacing = [replacing],
    @sealed = [sealedPassword], @seals = [renewing]
  FROM @asks WHERE [place] = @place;
  UPDATE [dbo].[UsernameReservation] SET [ownerKey] = [username], [unfinishedSince] = NULL
  WHERE [ownerKey] = @ownerKey AND [username] = @replacing;
  IF NOT EXISTS (SELECT 1 FROM [dbo].[UsernameReservation] WHERE [ownerKey] = @ownerKey)
  BEGIN
    INSERT INTO [dbo].[UsernameReservation] ([username], [personId], [kind], [reservedAt], [ownerKey], [unfinishedSince])
    SELECT TOP (1) j.[username], @personId, @kind, @now, @ownerKey, @now
    FROM OPENJSON(@candidates) WITH ([username] NVARCHAR(4000) '$.username', [place] INT '$.place') AS j
    WHERE NOT EXISTS (SELECT 1 FROM [dbo].[UsernameReservation] AS u WHERE u.[username] = j.[username] ${ORDINAL})
    ORDER BY j.[place];
    SET @seals = @@ROWCOUNT;
  END;
  IF @seals = 1
  BEGIN
    UPDATE [dbo].[Credential]
    SET [sealedPassword] = @sealed, [createdAt] = @now, [erasedAt] = NULL, [erasedBecause] = NULL, [collectedBy] = NULL
    WHERE [personId] = @personId AND [kind] = @kind AND [sealedPassword] IS NULL;
    IF @@ROWCOUNT = 0
      INSERT INTO [dbo].[Credential] ([personId], [kind], [sealedPassword], [createdAt])
      SELECT @personId, @kind, @sealed, @now
      WHERE NOT EXISTS (SELECT 1 FROM [dbo].[Credential] WHERE [personId] = @personId AND [kind] = @kind);
  END;
  SET @place = @place + 1;
END;
COMMIT TRANSACTION;
${FIND_RESERVATIONS}`

/** What one request holds in locks, all others wait for. */
const MAX_TOGETHER = 50
/** Beyond one lost race per candidate something else is wrong. */
const SPARE_RACES = 10

type Owner = Pick<Reservation, 'personId' | 'kind'>
type Found = { readonly row: object | null } | { readonly error: unknown }

export function createSqlServerReservations(prisma: PrismaClient): ReservingSql {
  const findRow = gather<Owner, Found>({ max: MAX_TOGETHER, flush: (owners) => settled(owners, (some) => findTogether(prisma, some)) })
  const reserve = (asks: readonly ReserveInput[]) => settled(asks, (some) => reserveTogether(prisma, some))
  const reserveRow = gather<ReserveInput, Found>({ max: MAX_TOGETHER, flush: (asks) => eachOwnerOnce(asks, reserve) })
  return {
    async find(owner) {
      const row = rowIn(await findRow(owner))
      return row && reservationOf({ ...owner, row })
    },
    async reserve(ask) {
      const row = rowIn(await reserveRow(ask))
      return row && onlyReservationOf({ ...ask, row })
    },
  }
}

/** Who asks for the second time waits for the first answer: what is answered is what stands when all asks were carried out. */
async function eachOwnerOnce(
  asks: readonly ReserveInput[],
  send: (asks: readonly ReserveInput[]) => Promise<readonly Found[]>,
): Promise<Found[]> {
  const found = new Map<ReserveInput, Found>()
  for (let left = asks; left.length > 0; left = left.filter((ask) => !found.has(ask))) {
    const some = [...new Map(left.toReversed().map((ask) => [ownerKey(ask), ask])).values()].toReversed()
    const answers = await send(some)
    for (const [index, ask] of some.entries()) found.set(ask, answers[index] ?? { row: null })
  }
  return asks.map((ask) => found.get(ask) ?? { row: null })
}

/** Each alone, where one of them is what the database refuses. */
async function settled<Ask>(asks: readonly Ask[], send: (asks: readonly Ask[]) => Promise<readonly (object | null)[]>): Promise<Found[]> {
  try {
    return (await send(asks)).map((row) => ({ row }))
  } catch (error) {
    if (asks.length === 1 || isUnavailable(error)) return asks.map(() => ({ error }))
    return (await Promise.all(asks.map((ask) => settled([ask], send)))).flat()
  }
}

function rowIn(found: Found): object | null {
  if ('error' in found) throw found.error
  return found.row
}

async function findTogether(prisma: PrismaClient, owners: readonly Owner[]): Promise<(object | null)[]> {
  const keys = owners.map(ownerKey)
  return inOrderOf(
    keys,
    await retryConflicts(() => prisma.$queryRawUnsafe<object[]>(FIND_RESERVATIONS, JSON.stringify([...new Set(keys)]))),
  )
}

/** Whoever loses a race for a name, or against the same person's other request, was rolled back with all the others, and asks again. */
async function reserveTogether(prisma: PrismaClient, asks: readonly ReserveInput[]): Promise<(object | null)[]> {
  const keys = asks.map(ownerKey)
  const rows = asks.map(({ candidates, renewing = false, ...ask }, place) => ({
    ...ask,
    place,
    ownerKey: ownerKey(ask),
    candidates: candidates.map((username, rank) => ({ username, place: rank })),
    renewing: renewing ? 1 : 0,
  }))
  const parameters = [JSON.stringify([...new Set(keys)]), JSON.stringify(rows), asks.length] as const
  const races = SPARE_RACES + Math.max(...asks.map(({ candidates }) => candidates.length))
  for (let race = 1; ; race++) {
    try {
      return inOrderOf(keys, await retryConflicts(() => prisma.$queryRawUnsafe<object[]>(RESERVE_USERNAMES, ...parameters)))
    } catch (error) {
      if (!isUniqueViolation(error) || race >= races) throw error
    }
  }
}

function inOrderOf(keys: readonly string[], rows: readonly object[]): (object | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]))
  return keys.map((key) => byKey.get(key) ?? null)
}

/** The statements select it beside what a reservation is made of. */
function keyOf(row: object): string {
  return (row as { readonly ownerKey: string }).ownerKey
}
