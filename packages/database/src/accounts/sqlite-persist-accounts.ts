import type { AccountRows, PersistAccounts } from './persist-accounts.ts'

const STANDING = `SELECT j.key AS place, s.sysUserId <> j.value ->> 'sysUserId' AS isOther,
  s.livePersonId <> j.value ->> 'personId' OR s.liveUsername <> j.value ->> 'username' AS isAnothers
FROM json_each(?1) AS j JOIN SysUser AS s ON s.livePersonId = j.value ->> 'personId' OR s.liveUsername = j.value ->> 'username'`

const field = (name: string) => `value ->> '${name}'`
const PERSON_COLUMNS = [
  'personId',
  'firstName',
  'middleName',
  'lastName',
  'birthDate',
  'publicEduNumber',
  'azureId',
  'createdAt',
  'updatedAt',
]
const WRITTEN = PERSON_COLUMNS.slice(1, 7)

const PERSONS = `INSERT INTO Person (${PERSON_COLUMNS.join(', ')})
SELECT ${PERSON_COLUMNS.map(field).join(', ')} FROM json_each(?1) WHERE true
ON CONFLICT (personId) DO UPDATE SET ${[...WRITTEN, 'updatedAt'].map((name) => `${name} = excluded.${name}`).join(', ')}
WHERE ${WRITTEN.map((name) => `Person.${name} IS NOT excluded.${name}`).join(' OR ')}`

const INSTITUTIONS = `INSERT INTO Institution (institutionId, createdAt)
SELECT ${field('schoolId')}, ${field('at')} FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`

const USERS = `INSERT INTO SysUser
  (sysUserId, personId, username, isAzureUser, isAzureSynced, enrollmentStatus, runUuid, createdAt, updatedAt, liveUsername, livePersonId)
SELECT ${['sysUserId', 'personId', 'username'].map(field).join(', ')}, 1, 1,
  ${['enrollmentStatus', 'runUuid', 'at', 'at', 'username', 'personId'].map(field).join(', ')} FROM json_each(?1) WHERE true
ON CONFLICT (livePersonId) DO UPDATE
SET isAzureUser = 1, isAzureSynced = 1, enrollmentStatus = excluded.enrollmentStatus, updatedAt = excluded.updatedAt
WHERE SysUser.enrollmentStatus <> excluded.enrollmentStatus OR SysUser.isAzureUser = 0 OR SysUser.isAzureSynced = 0`

const ROLES = `INSERT INTO SysUserSysRole (sysUserId, sysRoleId, institutionId, createdAt)
SELECT s.sysUserId, j.value ->> 'sysRoleId', j.value ->> 'schoolId', j.value ->> 'at'
FROM json_each(?1) AS j JOIN SysUser AS s ON s.livePersonId = j.value ->> 'personId' WHERE true
ON CONFLICT DO NOTHING`

const FINISH = `UPDATE UsernameReservation SET unfinishedSince = NULL FROM json_each(?1) AS j
WHERE username = j.value ->> 'username' AND unfinishedSince IS NOT NULL`

const ERASE = `UPDATE Credential SET sealedPassword = NULL, erasedAt = j.value ->> 'at', erasedBecause = 'notOurs' FROM json_each(?1) AS j
WHERE personId = j.value ->> 'personId' AND kind = j.value ->> 'kind' AND sealedPassword IS NOT NULL`

interface Standing {
  readonly place: bigint
  readonly isOther: bigint
  readonly isAnothers: bigint
}

/** Six statements in the process; the transaction holds SQLite's write lock, so nothing changes between them. */
export const persistAccountsOnSqlite: PersistAccounts = async (tx, accounts) => {
  const standing = await tx.$queryRawUnsafe<Standing[]>(STANDING, JSON.stringify(accounts))
  const anothers = placesOf(standing, ({ isAnothers }) => Number(isAnothers) === 1)
  const others = placesOf(standing, ({ isOther }) => Number(isOther) === 1)
  const answers = accounts.map((_, place) => {
    if (anothers.has(place)) return 'belongsToAnother'
    return others.has(place) ? 'standsAlready' : 'persisted'
  })
  const written = accounts.filter((_, place) => answers[place] === 'persisted')
  if (written.length === 0) return answers
  const rows = JSON.stringify(written.map(rowOf))
  for (const statement of [PERSONS, INSTITUTIONS, USERS, ROLES, FINISH]) await tx.$executeRawUnsafe(statement, rows)
  const existing = written.filter(({ existedBefore }) => existedBefore)
  if (existing.length > 0) await tx.$executeRawUnsafe(ERASE, JSON.stringify(existing))
  return answers
}

function placesOf(standing: readonly Standing[], isSo: (row: Standing) => boolean): ReadonlySet<number> {
  return new Set(standing.filter(isSo).map(({ place }) => Number(place)))
}

function rowOf(account: AccountRows) {
  const { at, birthDate, username } = account
  return { ...account, birthDate: Date.parse(birthDate), publicEduNumber: username, createdAt: at, updatedAt: at }
}
