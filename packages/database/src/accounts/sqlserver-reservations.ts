import { isUniqueViolation } from '../database-error.ts'
import type { PrismaClient } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { FORMER_NAMES, onlyReservationOf, ownerKey, type ReservingSql, reservationOf } from './reservation.ts'

const ORDINAL = 'COLLATE Latin1_General_100_BIN2'

export const FIND_RESERVATION = `SELECT u.[username], c.[sealedPassword], c.[createdAt] AS [sealedAt], c.[erasedAt], CASE WHEN EXISTS (
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
FROM [dbo].[UsernameReservation] AS u
LEFT JOIN [dbo].[Credential] AS c ON c.[personId] = u.[personId] AND c.[kind] = u.[kind]
WHERE u.[ownerKey] = @P1;`

/** @P1 owner key, @P2 person, @P3 kind, @P4 candidates, @P5 the name to burn or NULL, @P6 sealed password, @P7 whether to renew */
export const RESERVE_USERNAME = `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @now DATETIME2 = CAST(SYSUTCDATETIME() AS DATETIME2(3)), @seals INT = @P7;
BEGIN TRANSACTION;
UPDATE [dbo].[UsernameReservation] SET [ownerKey] = [username], [unfinishedSince] = NULL WHERE [ownerKey] = @P1 AND [username] = @P5;
IF NOT EXISTS (SELECT 1 FROM [dbo].[UsernameReservation] WHERE [ownerKey] = @P1)
BEGIN
  INSERT INTO [dbo].[UsernameReservation] ([username], [personId], [kind], [reservedAt], [ownerKey], [unfinishedSince])
  SELECT TOP (1) j.[username], @P2, @P3, @now, @P1, @now
  FROM OPENJSON(@P4) WITH ([username] NVARCHAR(4000) '$.username', [place] INT '$.place') AS j
  WHERE NOT EXISTS (SELECT 1 FROM [dbo].[UsernameReservation] AS u WHERE u.[username] = j.[username] ${ORDINAL})
  ORDER BY j.[place];
  SET @seals = @@ROWCOUNT;
END;
IF @seals = 1
BEGIN
  UPDATE [dbo].[Credential]
  SET [sealedPassword] = @P6, [createdAt] = @now, [erasedAt] = NULL, [erasedBecause] = NULL, [collectedBy] = NULL
  WHERE [personId] = @P2 AND [kind] = @P3 AND [sealedPassword] IS NULL;
  IF @@ROWCOUNT = 0
    INSERT INTO [dbo].[Credential] ([personId], [kind], [sealedPassword], [createdAt])
    SELECT @P2, @P3, @P6, @now
    WHERE NOT EXISTS (SELECT 1 FROM [dbo].[Credential] WHERE [personId] = @P2 AND [kind] = @P3);
END;
COMMIT TRANSACTION;
${FIND_RESERVATION}`

/** Beyond one lost race per candidate something else is wrong. */
const SPARE_RACES = 10

/** One round trip. Whoever loses a race for a name, or against the same person's other request, was rolled back whole and asks again. */
export function createSqlServerReservations(prisma: PrismaClient): ReservingSql {
  return {
    async find(owner) {
      const [row] = await prisma.$queryRawUnsafe<object[]>(FIND_RESERVATION, ownerKey(owner))
      return row ? reservationOf({ ...owner, row }) : null
    },

    async reserve({ personId, kind, candidates, replacing, renewing = false, sealedPassword }) {
      const numbered = JSON.stringify(candidates.map((username, place) => ({ username, place })))
      const attempt = () =>
        retryConflicts(() =>
          prisma.$queryRawUnsafe<object[]>(
            RESERVE_USERNAME,
            ownerKey({ personId, kind }),
            personId,
            kind,
            numbered,
            replacing,
            sealedPassword,
            renewing ? 1 : 0,
          ),
        )
      for (let race = 1; ; race++) {
        try {
          const [row] = await attempt()
          return row ? onlyReservationOf({ personId, kind, row }) : null
        } catch (error) {
          if (!isUniqueViolation(error) || race >= candidates.length + SPARE_RACES) throw error
        }
      }
    },
  }
}
