import type { PersistAccount } from './persist-account.ts'

/**
 * @P1 person, @P2 first name, @P3 middle name, @P4 last name, @P5 birth date, @P6 username, @P7 azureId, @P8 school, @P9 enrolment status,
 * @P10 run, @P11 time, @P12 id of the SysUser, @P13 role, @P14 kind, @P15 whether the account existed before its password
 */
export const PERSIST_ACCOUNT = `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @answer NVARCHAR(20) = N'persisted', @at DATETIME2 = @P11, @birthDate DATE = @P5;
IF EXISTS (
  SELECT 1 FROM [dbo].[SysUser]
  WHERE ([livePersonId] = @P1 AND [liveUsername] <> @P6) OR ([liveUsername] = @P6 AND [livePersonId] <> @P1)
)
  SET @answer = N'belongsToAnother';
ELSE IF EXISTS (SELECT 1 FROM [dbo].[SysUser] WHERE [livePersonId] = @P1 AND [sysUserId] <> @P12)
  SET @answer = N'standsAlready';
ELSE
BEGIN
  UPDATE [dbo].[Person]
  SET [firstName] = @P2, [middleName] = @P3, [lastName] = @P4, [birthDate] = @birthDate, [publicEduNumber] = @P6, [azureId] = @P7, [updatedAt] = @at
  WHERE [personId] = @P1 AND EXISTS (
    SELECT [firstName] COLLATE Latin1_General_100_BIN2, [middleName] COLLATE Latin1_General_100_BIN2, [lastName] COLLATE Latin1_General_100_BIN2,
      [birthDate], [publicEduNumber], [azureId]
    EXCEPT
    SELECT @P2, @P3, @P4, @birthDate, @P6, @P7
  );
  INSERT INTO [dbo].[Person] ([personId], [firstName], [middleName], [lastName], [birthDate], [publicEduNumber], [azureId], [createdAt], [updatedAt])
  SELECT @P1, @P2, @P3, @P4, @birthDate, @P6, @P7, @at, @at
  WHERE NOT EXISTS (SELECT 1 FROM [dbo].[Person] WITH (UPDLOCK, HOLDLOCK) WHERE [personId] = @P1);
  -- Nearly always it is known, and asked for without a lock that all of a school's accounts would queue for.
  IF NOT EXISTS (SELECT 1 FROM [dbo].[Institution] WHERE [institutionId] = @P8)
    INSERT INTO [dbo].[Institution] ([institutionId], [createdAt])
    SELECT @P8, @at
    WHERE NOT EXISTS (SELECT 1 FROM [dbo].[Institution] WITH (UPDLOCK, HOLDLOCK) WHERE [institutionId] = @P8);
  UPDATE [dbo].[SysUser]
  SET [isAzureUser] = 1, [isAzureSynced] = 1, [enrollmentStatus] = @P9, [updatedAt] = @at
  WHERE [livePersonId] = @P1 AND ([enrollmentStatus] <> @P9 OR [isAzureUser] = 0 OR [isAzureSynced] = 0);
  INSERT INTO [dbo].[SysUser]
    ([sysUserId], [personId], [username], [isAzureUser], [isAzureSynced], [enrollmentStatus], [runUuid], [createdAt], [updatedAt], [liveUsername], [livePersonId])
  SELECT @P12, @P1, @P6, 1, 1, @P9, @P10, @at, @at, @P6, @P1
  WHERE NOT EXISTS (SELECT 1 FROM [dbo].[SysUser] WITH (UPDLOCK, HOLDLOCK) WHERE [livePersonId] = @P1);
  INSERT INTO [dbo].[SysUserSysRole] ([sysUserId], [sysRoleId], [institutionId], [createdAt])
  SELECT u.[sysUserId], @P13, @P8, @at
  FROM [dbo].[SysUser] AS u
  WHERE u.[livePersonId] = @P1 AND NOT EXISTS (
    SELECT 1 FROM [dbo].[SysUserSysRole] AS x
    WHERE x.[sysUserId] = u.[sysUserId] AND x.[sysRoleId] = @P13 AND x.[institutionId] = @P8
  );
  UPDATE [dbo].[UsernameReservation] SET [unfinishedSince] = NULL WHERE [username] = @P6 AND [unfinishedSince] IS NOT NULL;
  IF @P15 = 1
    UPDATE [dbo].[Credential] SET [sealedPassword] = NULL, [erasedAt] = @at, [erasedBecause] = N'notOurs'
    WHERE [personId] = @P1 AND [kind] = @P14 AND [sealedPassword] IS NOT NULL;
END;
SELECT @answer AS [answer];`

/** One round trip inside the run's own transaction. */
export const persistAccountOnSqlServer: PersistAccount = async (tx, account) => {
  const [row] = await tx.$queryRawUnsafe<{ answer: Awaited<ReturnType<PersistAccount>> }[]>(
    PERSIST_ACCOUNT,
    account.personId,
    account.firstName,
    account.middleName,
    account.lastName,
    account.birthDate,
    account.username,
    account.azureId,
    account.schoolId,
    account.enrollmentStatus,
    account.runUuid,
    new Date(account.at).toISOString().slice(0, -1),
    account.sysUserId,
    account.sysRoleId,
    account.kind,
    account.existedBefore ? 1 : 0,
  )
  if (!row) throw new Error('The batch that persists an account answered no row.')
  return row.answer
}
