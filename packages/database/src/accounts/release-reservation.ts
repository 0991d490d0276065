// Gives a username up that never led to a user, in the transaction of the run that was ordered to. What must always hold: whoever begins an
// account for the person meanwhile either is seen here, or finds the name burnt.
import { TerminalError } from '@rollcall/engine'
import { provisioningErrors, type UsernameReservations } from '@rollcall/provisioning'
import type { Dialect } from '../dialect.ts'
import { type PrismaTransaction, unwrapTransaction } from '../prisma.ts'
import { ownerKey } from './reservation.ts'

type Release = Parameters<UsernameReservations['release']>[1]
type Answer = 'released' | 'inUse' | 'hasUser'

/** The transaction holds SQLite's write lock: nothing changes between the statements. */
const SQLITE = {
  standing: `SELECT EXISTS (SELECT 1 FROM AzureDataSync WHERE liveKey = ?2) AS hasRun,
  EXISTS (SELECT 1 FROM SysUser WHERE livePersonId = ?1) AS hasUser,
  (SELECT COALESCE(SUM(version), 0) FROM AzureDataSync WHERE subjectId = ?1 AND process = ?3)
    + (SELECT COALESCE(SUM(version), 0) FROM AzureDataSyncArchived WHERE subjectId = ?1 AND process = ?3) AS versions`,
  burn: 'UPDATE UsernameReservation SET ownerKey = username, unfinishedSince = NULL WHERE ownerKey = ? AND username = ?',
  erase: `UPDATE Credential SET sealedPassword = NULL, erasedAt = ?3, erasedBecause = 'released'
WHERE personId = ?1 AND kind = ?2 AND sealedPassword IS NOT NULL`,
} as const

/**
 * @P1 person, @P2 kind, @P3 owner key, @P4 username, @P5 the natural key of a run that makes accounts, @P6 its process, @P7 versions seen, @P8 time.
 * The range of the natural key stays locked, so that no such run can begin before this is committed. A run that is put away between the two sums
 * counts twice, which refuses the release.
 */
export const RELEASE_RESERVATION = `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @answer NVARCHAR(20) = N'inUse', @at DATETIME2 = @P8;
IF NOT EXISTS (SELECT 1 FROM [dbo].[AzureDataSync] WITH (UPDLOCK, HOLDLOCK) WHERE [liveKey] = @P5)
  AND (SELECT COALESCE(SUM([version]), 0) FROM [dbo].[AzureDataSync] WHERE [subjectId] = @P1 AND [process] = @P6)
    + (SELECT COALESCE(SUM([version]), 0) FROM [dbo].[AzureDataSyncArchived] WHERE [subjectId] = @P1 AND [process] = @P6) = @P7
BEGIN
  IF EXISTS (SELECT 1 FROM [dbo].[SysUser] WHERE [livePersonId] = @P1)
    SET @answer = N'hasUser';
  ELSE
  BEGIN
    UPDATE [dbo].[UsernameReservation] SET [ownerKey] = [username], [unfinishedSince] = NULL WHERE [ownerKey] = @P3 AND [username] = @P4;
    IF @@ROWCOUNT = 1
    BEGIN
      SET @answer = N'released';
      UPDATE [dbo].[Credential] SET [sealedPassword] = NULL, [erasedAt] = @at, [erasedBecause] = N'released'
      WHERE [personId] = @P1 AND [kind] = @P2 AND [sealedPassword] IS NOT NULL;
    END;
  END;
END;
SELECT @answer AS [answer];`

const RELEASE: Readonly<Record<Dialect, (tx: PrismaTransaction, release: Release) => Promise<Answer>>> = {
  sqlite: releaseOnSqlite,
  sqlserver: releaseOnSqlServer,
}

export function createReleaseReservation(dialect: Dialect): UsernameReservations['release'] {
  return async (tx, release) => {
    const answer = await RELEASE[dialect](unwrapTransaction(tx), release)
    if (answer === 'hasUser') throw new TerminalError(provisioningErrors.ACCOUNT_EXISTS)
    if (answer === 'inUse') throw new TerminalError(provisioningErrors.RESERVATION_IN_USE)
  }
}

async function releaseOnSqlite(tx: PrismaTransaction, release: Release): Promise<Answer> {
  const { personId, kind, username, process, blockingKey, versionsSeen, at } = release
  const [standing] = await tx.$queryRawUnsafe<{ hasRun: bigint; hasUser: bigint; versions: bigint }[]>(
    SQLITE.standing,
    personId,
    blockingKey,
    process,
  )
  if (Number(standing?.hasRun) === 1 || Number(standing?.versions) !== versionsSeen) return 'inUse'
  if (Number(standing?.hasUser) === 1) return 'hasUser'
  if ((await tx.$executeRawUnsafe(SQLITE.burn, ownerKey(release), username)) === 0) return 'inUse'
  await tx.$executeRawUnsafe(SQLITE.erase, personId, kind, at)
  return 'released'
}

async function releaseOnSqlServer(tx: PrismaTransaction, release: Release): Promise<Answer> {
  const { personId, kind, username, process, blockingKey, versionsSeen, at } = release
  const [row] = await tx.$queryRawUnsafe<{ answer: Answer }[]>(
    RELEASE_RESERVATION,
    personId,
    kind,
    ownerKey(release),
    username,
    blockingKey,
    process,
    versionsSeen,
    new Date(at).toISOString().slice(0, -1),
  )
  if (!row) throw new Error('The batch that releases a reservation answered no row.')
  return row.answer
}
