// Who came of the old runs: each with an account, a role at the school, a name that stays taken and a password long handed out.
import type { DatabaseSync } from 'node:sqlite'

const KIND = 'student'
/** Of the national register: STUDENT. */
const ROLE = 6
/** Scatters the names over their indexes, as the real ones are. */
const NAME = `'neda.' || substr(personId, 1, 2) || printf('%08d', (CAST(substr(personId, 3) AS INTEGER) * 7919) % 100000000)`

/** For every ended run that stands in the ledger. */
export function insertPeople(database: DatabaseSync): void {
  const old = `(SELECT uuid, subjectId AS personId, scopeId, createdAt AS at FROM AzureDataSync WHERE status = 'completed')`
  database.exec(`
    INSERT INTO Institution (institutionId, createdAt) SELECT scopeId, MIN(at) FROM ${old} GROUP BY scopeId;
    INSERT INTO Person (personId, firstName, lastName, birthDate, publicEduNumber, azureId, createdAt, updatedAt)
      SELECT personId, 'Неда', 'Примерова', '2014-03-03', ${NAME}, uuid, at, at FROM ${old};
    INSERT INTO SysUser (sysUserId, personId, username, isAzureUser, isAzureSynced, enrollmentStatus, runUuid, createdAt, updatedAt, liveUsername, livePersonId)
      SELECT uuid, personId, ${NAME}, TRUE, TRUE, 'ENROLLED', uuid, at, at, ${NAME}, personId FROM ${old};
    INSERT INTO SysUserSysRole (sysUserId, sysRoleId, institutionId, createdAt)
      SELECT uuid, ${ROLE}, scopeId, at FROM ${old};
    INSERT INTO UsernameReservation (username, personId, kind, reservedAt, ownerKey)
      SELECT ${NAME}, personId, '${KIND}', at, personId || '|${KIND}' FROM ${old};
    INSERT INTO Credential (personId, kind, createdAt, erasedAt, erasedBecause, collectedBy)
      SELECT personId, '${KIND}', at, at + 86400000, 'collected', 'bench' FROM ${old};`)
}
