// Years of work, written by SQL: what a ledger looks like when the fleet has long been in use.
import { DatabaseSync } from 'node:sqlite'
import { deployMigrations } from '@rollcall/database/migrate'
import { schoolOf } from '../support/pupils.ts'
import { insertPeople } from './fill-people.ts'

const DAY_MS = 86_400_000
/** Younger than what the archive takes. */
const OLDEST_DAYS = 80
const WAIT_MS = 6 * 3_600_000
const STATES = ['RESERVE_USERNAME', 'AWAITING_USER_CREATE']
const COLUMNS = `uuid, groupUuid, process, type, state, status, completion, version, attempt, dueAt, inputArgs, resultObject, lastOperationStatus,
  liveKey, naturalKey, priority, subjectId, subjectName, scopeId, openScopeId, requestedBy, createdAt, updatedAt, stateSince`

export interface Filling {
  readonly file: string
  /** Ended runs, each with a history of two rows and somebody who has an account. */
  readonly old: number
  /** Live ones, due in hours, in the schools of the load. */
  readonly waiting: number
  readonly schools: number
}

export async function fillLedger({ file, old, waiting, schools }: Filling): Promise<void> {
  await deployMigrations({ url: `file:${file}` })
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; PRAGMA temp_store = MEMORY')
    const indexes = indexesOf(database)
    database.exec('BEGIN')
    // An index that is made once is made faster than one that is kept up to date.
    for (const { name } of indexes) database.exec(`DROP INDEX "${name}"`)
    const now = Date.now()
    insertRuns(database, { count: old, prefix: 'b0', from: now - OLDEST_DAYS * DAY_MS, to: now - DAY_MS, schools, isLive: false })
    insertRuns(database, { count: waiting, prefix: 'c0', from: now - DAY_MS, to: now, schools, isLive: true })
    insertHistory(database)
    insertPeople(database)
    for (const { sql } of indexes) database.exec(sql)
    database.exec('COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    database.close()
  }
}

interface Index {
  readonly name: string
  readonly sql: string
}

function indexesOf(database: DatabaseSync): Index[] {
  const rows = database.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").all()
  return rows.map(({ name, sql }) => ({ name: String(name), sql: String(sql) }))
}

interface Runs {
  readonly count: number
  /** Two hexadecimal digits: they sort before or behind those of the load. */
  readonly prefix: string
  readonly from: number
  readonly to: number
  readonly schools: number
  readonly isLive: boolean
}

function insertRuns(database: DatabaseSync, { count, prefix, from, to, schools, isLive }: Runs): void {
  const ended = "'COMPLETED', 'completed', 'full', 6, 0, NULL"
  const polling = `'POLL_USER_CREATE', 'polling', NULL, 3, 0, ${to + WAIT_MS}`
  const received = `'{"AWAITING_USER_CREATE":{"azureId":"' || uuid || '","username":"neda.primerova"}}'`
  database.exec(`
    WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - 1}),
    people AS (
      SELECT n, printf('01${prefix}%04x-%04x-7000-8000-%012x', n / 65536, n % 65536, n * 7919) AS uuid, '${prefix}' || printf('%08d', n) AS person,
        printf('%d', ${schoolOf(0)} + n % ${schools}) AS school, ${from} + CAST(n * ${(to - from) / count} AS INTEGER) AS at
      FROM numbers
    )
    INSERT INTO AzureDataSync (${COLUMNS})
    SELECT uuid, uuid, 'account-create', 'CREATE_NEISPUO_STUDENT', ${isLive ? polling : ended},
      '{"kind":"student","personId":"' || person || '","firstName":"Неда","lastName":"Примерова","birthDate":"2014-03-03","schoolId":"' || school || '","grade":"5","classIds":["771204","771205"]}',
      ${received}, 'success', ${isLive ? "'account-create:student:' || person" : 'uuid'}, 'account-create:student:' || person, 1, person, 'неда примерова',
      school, ${isLive ? 'school' : 'NULL'}, 'bench', at, at + 4000, at + 4000
    FROM people`)
}

function insertHistory(database: DatabaseSync): void {
  const states = STATES.map((state, index) => `SELECT ${index} AS step, '${state}' AS state`).join(' UNION ALL ')
  database.exec(`
    INSERT INTO ObjectHistory (runUuid, id, createdAt, operationType, status, state, version, attempt, submittedData, receivedData, durationMs)
    SELECT uuid, substr(uuid, 1, 35) || step, createdAt + step * 700, steps.state, 'success', steps.state, step + 1, 0, NULL, '{"azureId":"' || uuid || '"}', 40
    FROM AzureDataSync CROSS JOIN (${states}) AS steps`)
}
