import type { PersistAccount } from './persist-account.ts'

const STANDING = `SELECT sysUserId, livePersonId <> ?1 OR liveUsername <> ?2 AS isAnothers FROM SysUser
WHERE livePersonId = ?1 OR liveUsername = ?2`

const PERSON = `INSERT INTO Person (personId, firstName, middleName, lastName, birthDate, publicEduNumber, azureId, createdAt, updatedAt)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
ON CONFLICT (personId) DO UPDATE SET
  firstName = ?2, middleName = ?3, lastName = ?4, birthDate = ?5, publicEduNumber = ?6, azureId = ?7, updatedAt = ?8
WHERE (firstName, lastName, birthDate) <> (?2, ?4, ?5) OR middleName IS NOT ?3 OR publicEduNumber IS NOT ?6 OR azureId IS NOT ?7`

const INSTITUTION = 'INSERT INTO Institution (institutionId, createdAt) VALUES (?, ?) ON CONFLICT DO NOTHING'

const USER = `INSERT INTO SysUser
  (sysUserId, personId, username, isAzureUser, isAzureSynced, enrollmentStatus, runUuid, createdAt, updatedAt, liveUsername, livePersonId)
VALUES (?1, ?2, ?3, 1, 1, ?4, ?5, ?6, ?6, ?3, ?2)
ON CONFLICT (livePersonId) DO UPDATE SET isAzureUser = 1, isAzureSynced = 1, enrollmentStatus = ?4, updatedAt = ?6
WHERE enrollmentStatus <> ?4 OR isAzureUser = 0 OR isAzureSynced = 0`

const ROLE = `INSERT INTO SysUserSysRole (sysUserId, sysRoleId, institutionId, createdAt)
SELECT sysUserId, ?2, ?3, ?4 FROM SysUser WHERE livePersonId = ?1
ON CONFLICT DO NOTHING`

const FINISH = 'UPDATE UsernameReservation SET unfinishedSince = NULL WHERE username = ? AND unfinishedSince IS NOT NULL'

const ERASE = `UPDATE Credential SET sealedPassword = NULL, erasedAt = ?3, erasedBecause = 'notOurs'
WHERE personId = ?1 AND kind = ?2 AND sealedPassword IS NOT NULL`

/** Six statements in the process; the transaction holds SQLite's write lock, so nothing changes between them. */
export const persistAccountOnSqlite: PersistAccount = async (tx, account) => {
  const { personId, kind, username, at } = account
  const standing = await tx.$queryRawUnsafe<{ sysUserId: string; isAnothers: bigint }[]>(STANDING, personId, username)
  if (standing.some(({ isAnothers }) => Number(isAnothers) === 1)) return 'belongsToAnother'
  if (standing.some(({ sysUserId }) => sysUserId !== account.sysUserId)) return 'standsAlready'
  const { firstName, middleName, lastName, birthDate, azureId, schoolId } = account
  await tx.$executeRawUnsafe(PERSON, personId, firstName, middleName, lastName, Date.parse(birthDate), username, azureId, at)
  await tx.$executeRawUnsafe(INSTITUTION, schoolId, at)
  await tx.$executeRawUnsafe(USER, account.sysUserId, personId, username, account.enrollmentStatus, account.runUuid, at)
  await tx.$executeRawUnsafe(ROLE, personId, account.sysRoleId, schoolId, at)
  await tx.$executeRawUnsafe(FINISH, username)
  if (account.existedBefore) await tx.$executeRawUnsafe(ERASE, personId, kind, at)
  return 'persisted'
}
