import type { Reservation, UsernameReservations } from '@rollcall/provisioning'
import type { SqliteConnection } from '../sqlite/connection.ts'
import { SQLITE_NOW } from '../sqlite/now.ts'
import { onlyReservationOf, ownerKey, reservationOf } from './reservation.ts'

const FIND = `SELECT username, (SELECT sealedPassword FROM Credential WHERE personId = ?2 AND kind = ?3) AS sealedPassword,
  EXISTS (SELECT 1 FROM SysUser WHERE livePersonId = ?2 AND liveUsername <> UsernameReservation.username) AS hasOther,
  EXISTS (SELECT 1 FROM UsernameReservation AS o WHERE o.personId = ?2 AND o.kind <> ?3 AND o.ownerKey <> o.username
    AND o.reservedAt <= UsernameReservation.reservedAt
    AND NOT EXISTS (SELECT 1 FROM SysUser AS s WHERE s.personId = o.personId AND s.username = o.username)) AS hasUnfinished
FROM UsernameReservation WHERE ownerKey = ?1`
const BURN = 'UPDATE UsernameReservation SET ownerKey = username WHERE ownerKey = ? AND username = ?'
const TAKE = `INSERT INTO UsernameReservation (username, personId, kind, reservedAt, ownerKey)
SELECT value, ?2, ?3, ${SQLITE_NOW}, ?4 FROM json_each(?1)
WHERE NOT EXISTS (SELECT 1 FROM UsernameReservation WHERE username = value) ORDER BY key LIMIT 1`
const KEEP_PASSWORD = `INSERT INTO Credential (personId, kind, sealedPassword, createdAt) VALUES (?, ?, ?, ${SQLITE_NOW}) ON CONFLICT DO NOTHING`

type Owner = Pick<Reservation, 'personId' | 'kind'>

/** BEGIN IMMEDIATE lets one caller in at a time, whichever process it is in: there are no races to lose. */
export function createSqliteReservations(connection: SqliteConnection): UsernameReservations {
  function find({ personId, kind }: Owner): object | undefined {
    return connection.prepare(FIND).get(ownerKey({ personId, kind }), personId, kind)
  }

  return {
    find: (owner) =>
      connection.inTurn(() => {
        const row = find(owner)
        return row ? reservationOf({ ...owner, row }) : null
      }),

    reserve: ({ personId, kind, candidates, replacing, sealedPassword }) =>
      connection.transaction(() => {
        const key = ownerKey({ personId, kind })
        if (replacing !== null) connection.prepare(BURN).run(key, replacing)
        const standing = find({ personId, kind })
        if (standing) return onlyReservationOf({ personId, kind, row: standing })
        const { changes } = connection.prepare(TAKE).run(JSON.stringify(candidates), personId, kind, key)
        if (changes === 0) return null
        connection.prepare(KEEP_PASSWORD).run(personId, kind, sealedPassword)
        const row = find({ personId, kind })
        return row ? onlyReservationOf({ personId, kind, row }) : null
      }),
  }
}
