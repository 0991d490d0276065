import type { Reservation } from '@rollcall/provisioning'
import type { SqliteConnection } from '../sqlite/connection.ts'
import { SQLITE_NOW } from '../sqlite/now.ts'
import { FORMER_NAMES, onlyReservationOf, ownerKey, type ReservingSql, reservationOf } from './reservation.ts'

const FIND = `SELECT u.username, c.sealedPassword, c.createdAt AS sealedAt, c.erasedAt,
  EXISTS (SELECT 1 FROM SysUser WHERE livePersonId = ?2 AND liveUsername <> u.username) AS hasOther,
  EXISTS (SELECT 1 FROM UsernameReservation AS o WHERE o.personId = ?2 AND o.kind <> ?3 AND o.ownerKey <> o.username
    AND o.reservedAt <= u.reservedAt
    AND NOT EXISTS (SELECT 1 FROM SysUser AS s WHERE s.personId = o.personId AND s.username = o.username)) AS hasUnfinished,
  (SELECT json_group_array(f.username) FROM (SELECT username FROM UsernameReservation WHERE personId = ?2 AND ownerKey = username
    ORDER BY reservedAt DESC, username LIMIT ${FORMER_NAMES}) AS f) AS formerNames
FROM UsernameReservation AS u LEFT JOIN Credential AS c ON c.personId = ?2 AND c.kind = ?3 WHERE u.ownerKey = ?1`
const BURN = 'UPDATE UsernameReservation SET ownerKey = username, unfinishedSince = NULL WHERE ownerKey = ? AND username = ?'
const TAKE = `INSERT INTO UsernameReservation (username, personId, kind, reservedAt, ownerKey, unfinishedSince)
SELECT value, ?2, ?3, ${SQLITE_NOW}, ?4, ${SQLITE_NOW} FROM json_each(?1)
WHERE NOT EXISTS (SELECT 1 FROM UsernameReservation WHERE username = value) ORDER BY key LIMIT 1`
const KEEP_PASSWORD = `INSERT INTO Credential (personId, kind, sealedPassword, createdAt) VALUES (?, ?, ?, ${SQLITE_NOW})
ON CONFLICT (personId, kind) DO UPDATE
SET sealedPassword = excluded.sealedPassword, createdAt = excluded.createdAt, erasedAt = NULL, erasedBecause = NULL, collectedBy = NULL
WHERE Credential.sealedPassword IS NULL`

type Owner = Pick<Reservation, 'personId' | 'kind'>

/** BEGIN IMMEDIATE lets one caller in at a time, whichever process it is in: there are no races to lose. */
export function createSqliteReservations(connection: SqliteConnection): ReservingSql {
  function find({ personId, kind }: Owner): object | undefined {
    return connection.prepare(FIND).get(ownerKey({ personId, kind }), personId, kind)
  }

  return {
    find: (owner) =>
      connection.inTurn(() => {
        const row = find(owner)
        return row ? reservationOf({ ...owner, row }) : null
      }),

    reserve: ({ personId, kind, candidates, replacing, renewing = false, sealedPassword }) =>
      connection.transaction(() => {
        const key = ownerKey({ personId, kind })
        if (replacing !== null) connection.prepare(BURN).run(key, replacing)
        const standing = find({ personId, kind })
        if (standing && !renewing) return onlyReservationOf({ personId, kind, row: standing })
        if (!standing && connection.prepare(TAKE).run(JSON.stringify(candidates), personId, kind, key).changes === 0) return null
        connection.prepare(KEEP_PASSWORD).run(personId, kind, sealedPassword)
        const row = find({ personId, kind })
        return row ? onlyReservationOf({ personId, kind, row }) : null
      }),
  }
}
