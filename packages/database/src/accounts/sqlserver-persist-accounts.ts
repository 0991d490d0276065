import type { AccountRows, PersistAccounts, PersistAnswer } from './persist-accounts.ts'

const ORDINAL = 'COLLATE Latin1_General_100_BIN2'

/** Declared wide, so that a value too long is refused by its column and not cut. */
const TEXT = 'NVARCHAR(4000)'
const COLUMNS = {
  place: 'INT',
  personId: TEXT,
  kind: TEXT,
  firstName: TEXT,
  middleName: TEXT,
  lastName: TEXT,
  birthDate: 'DATE',
  username: TEXT,
  azureId: TEXT,
  schoolId: TEXT,
  enrollmentStatus: TEXT,
  runUuid: TEXT,
  at: 'DATETIME2',
  sysUserId: TEXT,
  sysRoleId: 'INT',
  existedBefore: 'BIT',
} as const satisfies Record<string, string>

const list = (alias: string) =>
  Object.keys(COLUMNS)
    .map((name) => `${alias}[${name}]`)
    .join(', ')
const declared = Object.entries(COLUMNS)
  .map(([name, type]) => `[${name}] ${type}${type === TEXT ? ` ${ORDINAL}` : ''}${name === 'place' ? ' NOT NULL PRIMARY KEY' : ' NULL'}`)
  .join(', ')
const read = Object.entries(COLUMNS)
  .map(([name, type]) => `[${name}] ${type} '$.${name}'`)
  .join(', ')

/**
 * @P1 the accounts, numbered, as JSON. One that is refused is left out of everything that follows; LOOP JOIN makes the server seek the few rows
 * that the accounts name.
 */
export const PERSIST_ACCOUNTS = `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @asked TABLE (${declared});
DECLARE @refused TABLE ([place] INT NOT NULL PRIMARY KEY, [answer] NVARCHAR(20) NOT NULL);
DECLARE @good TABLE (${declared});
INSERT INTO @asked (${list('')})
SELECT ${list('j.')}
FROM OPENJSON(@P1) WITH (${read}) AS j;
INSERT INTO @refused ([place], [answer])
SELECT a.[place], N'belongsToAnother'
FROM @asked AS a
WHERE EXISTS (SELECT 1 FROM [dbo].[SysUser] AS s WHERE s.[livePersonId] = a.[personId] AND s.[liveUsername] <> a.[username])
  OR EXISTS (SELECT 1 FROM [dbo].[SysUser] AS s WHERE s.[liveUsername] = a.[username] AND s.[livePersonId] <> a.[personId]);
INSERT INTO @refused ([place], [answer])
SELECT a.[place], N'standsAlready'
FROM @asked AS a
WHERE NOT EXISTS (SELECT 1 FROM @refused AS r WHERE r.[place] = a.[place])
  AND EXISTS (SELECT 1 FROM [dbo].[SysUser] AS s WHERE s.[livePersonId] = a.[personId] AND s.[sysUserId] <> a.[sysUserId]);
INSERT INTO @good (${list('')})
SELECT ${list('a.')}
FROM @asked AS a
WHERE NOT EXISTS (SELECT 1 FROM @refused AS r WHERE r.[place] = a.[place]);
UPDATE p
SET [firstName] = a.[firstName], [middleName] = a.[middleName], [lastName] = a.[lastName], [birthDate] = a.[birthDate],
  [publicEduNumber] = a.[username], [azureId] = a.[azureId], [updatedAt] = a.[at]
FROM @good AS a
INNER LOOP JOIN [dbo].[Person] AS p ON p.[personId] = a.[personId]
WHERE EXISTS (
  SELECT p.[firstName] ${ORDINAL}, p.[middleName] ${ORDINAL}, p.[lastName] ${ORDINAL}, p.[birthDate], p.[publicEduNumber] ${ORDINAL},
    p.[azureId] ${ORDINAL}
  EXCEPT
  SELECT a.[firstName], a.[middleName], a.[lastName], a.[birthDate], a.[username], a.[azureId]
);
INSERT INTO [dbo].[Person] ([personId], [firstName], [middleName], [lastName], [birthDate], [publicEduNumber], [azureId], [createdAt], [updatedAt])
SELECT a.[personId], a.[firstName], a.[middleName], a.[lastName], a.[birthDate], a.[username], a.[azureId], a.[at], a.[at]
FROM @good AS a
WHERE NOT EXISTS (SELECT 1 FROM [dbo].[Person] AS p WITH (UPDLOCK, HOLDLOCK) WHERE p.[personId] = a.[personId]);
-- Nearly always they are known, and asked for without a lock that all of a school's accounts would queue for.
IF EXISTS (SELECT 1 FROM @good AS a WHERE NOT EXISTS (SELECT 1 FROM [dbo].[Institution] AS i WHERE i.[institutionId] = a.[schoolId]))
  INSERT INTO [dbo].[Institution] ([institutionId], [createdAt])
  SELECT a.[schoolId], MIN(a.[at])
  FROM @good AS a
  WHERE NOT EXISTS (SELECT 1 FROM [dbo].[Institution] AS i WITH (UPDLOCK, HOLDLOCK) WHERE i.[institutionId] = a.[schoolId])
  GROUP BY a.[schoolId];
UPDATE s
SET [isAzureUser] = 1, [isAzureSynced] = 1, [enrollmentStatus] = a.[enrollmentStatus], [updatedAt] = a.[at]
FROM @good AS a
INNER LOOP JOIN [dbo].[SysUser] AS s ON s.[livePersonId] = a.[personId]
WHERE s.[enrollmentStatus] <> a.[enrollmentStatus] OR s.[isAzureUser] = 0 OR s.[isAzureSynced] = 0;
INSERT INTO [dbo].[SysUser]
  ([sysUserId], [personId], [username], [isAzureUser], [isAzureSynced], [enrollmentStatus], [runUuid], [createdAt], [updatedAt], [liveUsername], [livePersonId])
SELECT a.[sysUserId], a.[personId], a.[username], 1, 1, a.[enrollmentStatus], a.[runUuid], a.[at], a.[at], a.[username], a.[personId]
FROM @good AS a
WHERE NOT EXISTS (SELECT 1 FROM [dbo].[SysUser] AS s WITH (UPDLOCK, HOLDLOCK) WHERE s.[livePersonId] = a.[personId]);
INSERT INTO [dbo].[SysUserSysRole] ([sysUserId], [sysRoleId], [institutionId], [createdAt])
SELECT s.[sysUserId], a.[sysRoleId], a.[schoolId], a.[at]
FROM @good AS a
INNER LOOP JOIN [dbo].[SysUser] AS s ON s.[livePersonId] = a.[personId]
WHERE NOT EXISTS (
  SELECT 1 FROM [dbo].[SysUserSysRole] AS x
  WHERE x.[sysUserId] = s.[sysUserId] AND x.[sysRoleId] = a.[sysRoleId] AND x.[institutionId] = a.[schoolId]
);
UPDATE u
SET [unfinishedSince] = NULL
FROM @good AS a
INNER LOOP JOIN [dbo].[UsernameReservation] AS u ON u.[username] = a.[username]
WHERE u.[unfinishedSince] IS NOT NULL;
IF EXISTS (SELECT 1 FROM @good WHERE [existedBefore] = 1)
  UPDATE c
  SET [sealedPassword] = NULL, [erasedAt] = a.[at], [erasedBecause] = N'notOurs'
  FROM @good AS a
  INNER LOOP JOIN [dbo].[Credential] AS c ON c.[personId] = a.[personId] AND c.[kind] = a.[kind]
  WHERE a.[existedBefore] = 1 AND c.[sealedPassword] IS NOT NULL;
SELECT a.[place], COALESCE(r.[answer], N'persisted') AS [answer]
FROM @asked AS a
LEFT JOIN @refused AS r ON r.[place] = a.[place]
ORDER BY a.[place];`

/** One round trip inside the transaction of the accounts' runs. */
export const persistAccountsOnSqlServer: PersistAccounts = async (tx, accounts) => {
  const rows = await tx.$queryRawUnsafe<{ answer: PersistAnswer }[]>(PERSIST_ACCOUNTS, JSON.stringify(accounts.map(rowOf)))
  if (rows.length !== accounts.length) throw new Error(`The batch that persists ${accounts.length} accounts answered ${rows.length} rows.`)
  return rows.map(({ answer }) => answer)
}

function rowOf(account: AccountRows, place: number) {
  return { ...account, place, at: new Date(account.at).toISOString().slice(0, -1) }
}
