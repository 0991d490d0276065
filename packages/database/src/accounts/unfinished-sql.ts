// What is asked of reservations that led to no user. The index of what is unfinished is walked in its order, and only a window of it for one
// page: of a hundred thousand accounts that are under way each costs a look for its live run.
import { liveKeyOf } from '@rollcall/engine'
import { accountCreate, RUN_TYPES, releaseReservation } from '@rollcall/provisioning'
import type { Dialect } from '../dialect.ts'

interface UnfinishedSql {
  /** Over (reserved before, reserved after, its username, the window, how many). */
  readonly list: string
  /** The last row of the window, over (reserved before, reserved after, its username, the window less one). */
  readonly windowEnd: string
  /** How the dialect takes a time. */
  readonly time: (ms: number) => number | string
}

/** What a natural key begins with; the person's id follows. */
export const CREATES = liveKeyOf(accountCreate, { subjectId: '' })
export const RELEASES = liveKeyOf(releaseReservation, { subjectId: '' })

const SQLITE_WINDOW = `FROM UsernameReservation WHERE unfinishedSince < ?1 AND (unfinishedSince, username) > (?2, ?3)
  ORDER BY unfinishedSince, username`

const SQL_SERVER_WINDOW = `FROM [dbo].[UsernameReservation]
  WHERE [unfinishedSince] < CAST(@P1 AS DATETIME2) AND [unfinishedSince] >= CAST(@P2 AS DATETIME2)
    AND ([unfinishedSince] > CAST(@P2 AS DATETIME2) OR [username] > @P3)
  ORDER BY [unfinishedSince], [username]`

export const UNFINISHED_SQL: Readonly<Record<Dialect, UnfinishedSql>> = {
  sqlite: {
    list: `SELECT u.personId, u.kind, u.username, u.unfinishedSince AS reservedAt,
  (SELECT r.uuid FROM AzureDataSync AS r WHERE r.liveKey = '${RELEASES}' || u.personId) AS releaseUuid,
  l.uuid, l.status, l.state, l.errorCode, l.updatedAt
FROM (SELECT personId, kind, username, unfinishedSince ${SQLITE_WINDOW} LIMIT ?4) AS u
LEFT JOIN AzureDataSync AS l ON l.uuid = (
  SELECT x.uuid FROM AzureDataSync AS x
  WHERE x.subjectId = u.personId AND x.process = '${accountCreate.name}' AND x.type = CASE u.kind ${typesOfKinds('')} END
  ORDER BY x.createdAt DESC, x.uuid DESC LIMIT 1
)
WHERE NOT EXISTS (SELECT 1 FROM AzureDataSync AS a WHERE a.liveKey = '${CREATES}' || u.personId)
  AND NOT EXISTS (SELECT 1 FROM SysUser AS s WHERE s.livePersonId = u.personId)
ORDER BY u.unfinishedSince, u.username LIMIT ?5`,
    windowEnd: `SELECT username, unfinishedSince AS reservedAt ${SQLITE_WINDOW} LIMIT 1 OFFSET ?4`,
    time: (ms) => ms,
  },
  sqlserver: {
    list: `SELECT TOP (@P5) u.[personId], u.[kind], u.[username], u.[unfinishedSince] AS [reservedAt], r.[uuid] AS [releaseUuid],
  l.[uuid], l.[status], l.[state], l.[errorCode], l.[updatedAt]
FROM (
  SELECT TOP (@P4) [personId], [kind], [username], [unfinishedSince] ${SQL_SERVER_WINDOW}
) AS u
LEFT JOIN [dbo].[AzureDataSync] AS r ON r.[liveKey] = N'${RELEASES}' + u.[personId]
OUTER APPLY (
  SELECT TOP (1) x.[uuid], x.[status], x.[state], x.[errorCode], x.[updatedAt]
  FROM [dbo].[AzureDataSync] AS x
  WHERE x.[subjectId] = u.[personId] AND x.[process] = N'${accountCreate.name}' AND x.[type] = CASE u.[kind] ${typesOfKinds('N')} END
  ORDER BY x.[createdAt] DESC, x.[uuid] DESC
) AS l
WHERE NOT EXISTS (SELECT 1 FROM [dbo].[AzureDataSync] AS a WHERE a.[liveKey] = N'${CREATES}' + u.[personId])
  AND NOT EXISTS (SELECT 1 FROM [dbo].[SysUser] AS s WHERE s.[livePersonId] = u.[personId])
ORDER BY u.[unfinishedSince], u.[username];`,
    windowEnd: `SELECT [username], [unfinishedSince] AS [reservedAt] ${SQL_SERVER_WINDOW}
OFFSET @P4 ROWS FETCH NEXT 1 ROWS ONLY;`,
    time: (ms) => new Date(ms).toISOString().slice(0, -1),
  },
}

function typesOfKinds(prefix: '' | 'N'): string {
  return Object.entries(RUN_TYPES)
    .map(([kind, type]) => `WHEN ${prefix}'${kind}' THEN ${prefix}'${type}'`)
    .join(' ')
}
