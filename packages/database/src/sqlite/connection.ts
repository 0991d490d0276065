// The one connection that a process has to its SQLite file, and the queue before it.
// What must always hold:
//   - whoever uses the connection has its turn alone, in the order of asking: no caller's statement slips into another's transaction;
//   - transactions start with BEGIN IMMEDIATE, so that none fails half way because another process wrote in between;
//   - SQLite is synchronous: waiting, for other processes and for the disk, is asynchronous all the same;
//   - what a caller is told has happened is on the disk;
//   - what was deleted or overwritten is zeroed where it stood; what SQLite left elsewhere in the file is the business of `remains.ts`.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { createLogSync } from './log-sync.ts'
import { openDatabaseFile } from './open-database-file.ts'
import { repeatWhileBusy } from './repeat-while-busy.ts'
import { truncateLog } from './truncate-log.ts'
import { createTurns } from './turns.ts'

export interface SqliteOptions {
  readonly file: string
  /** How long we wait asynchronously before the busy error surfaces. @defaultValue 5000 */
  readonly busyLimitMs?: number
}

export interface SqliteConnection {
  readonly file: string
  /** A cached prepared statement whose rows are objects. Only within a turn. */
  prepare(sql: string): StatementSync
  /** The same with rows as arrays, for Prisma. */
  prepareForArrays(sql: string): StatementSync
  /**
   * Runs a synchronous body that only reads, at once: on a connection of its own, past those who wait for their turn. It sees one committed
   * state of the database, which holds all that this process was told has happened.
   */
  readAside<T>(body: (prepare: (sql: string) => StatementSync) => T): Promise<T>
  /** Runs a synchronous body alone on the connection, outside a transaction; again from its start while another process has the file. */
  inTurn<T>(body: () => T): Promise<T>
  /**
   * Runs a synchronous body in a transaction; any error rolls it back. Those that wait for their turn together share one commit, and so one
   * write to the disk, each under a savepoint of its own.
   */
  transaction<T>(body: () => T): Promise<T>
  /** Opens a transaction that outlives the call. It holds the turn until it is ended. */
  begin(): Promise<OpenTransaction>
  /** Runs a script of several statements alone on the connection. */
  script(sql: string): Promise<void>
  /** Waits for those before it, then closes. */
  close(): Promise<void>
}

export interface OpenTransaction {
  /** Lets go of the turn at once; resolves when what was committed is on the disk. */
  commit(): Promise<void>
  rollback(): void
}

const MAX_CACHED_STATEMENTS = 500
/** Of each connection. Whatever another process commits empties it, so that a larger one would only hold memory. */
const PAGE_CACHE_KIB = 4_096
/**
 * Pages in the log at which whoever commits carries them over into the file, standing still meanwhile. Hot pages are written again and again:
 * the longer the log, the fewer of them are carried over. 16 MiB are read back in some milliseconds after a crash.
 */
const CHECKPOINT_PAGES = 4_000

/** Opens (and creates) a database file in WAL mode. The log is flushed by `log-sync.ts`, before anybody is told of a commit. */
export async function openSqlite({ file, busyLimitMs = 5000 }: SqliteOptions): Promise<SqliteConnection> {
  const retryWhileBusy = <T>(body: () => T) => repeatWhileBusy({ body, limitMs: busyLimitMs })
  const db = await openDatabaseFile({ file, limitMs: busyLimitMs })
  db.exec(`PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA cache_size = -${PAGE_CACHE_KIB};
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  // SQLite lays its log beside the file itself, wherever a link to it stands.
  const log = createLogSync({ file: db.location(), carryOver: async () => db.isOpen && truncateLog(connection) })
  const turns = createTurns({ db, begin: () => retryWhileBusy(() => db.exec('BEGIN IMMEDIATE')), flushed: log.flushed })
  const countChanges = db.prepare('SELECT total_changes() AS count')
  const changes = () => (db.isOpen ? countChanges.get()?.count : undefined)

  async function inTurn<T>(body: () => T): Promise<T> {
    const release = await turns.take()
    const before = changes()
    let answer: T
    let hasWritten: boolean
    try {
      answer = await retryWhileBusy(body)
      hasWritten = changes() !== before
    } finally {
      release()
    }
    if (hasWritten) await log.flushed()
    return answer
  }

  /** Opened by the first read: whoever needs the file for himself, as Prisma's schema engine does, has no second connection in his way. */
  let aside: Promise<{ db: DatabaseSync; prepare: (sql: string) => StatementSync }> | null = null

  async function openAside() {
    const reader = await openDatabaseFile({ file, limitMs: busyLimitMs })
    reader.exec(`PRAGMA query_only = ON; PRAGMA cache_size = -${PAGE_CACHE_KIB}`)
    return { db: reader, prepare: cachedStatements((sql) => reader.prepare(sql)) }
  }

  function openedAside(): NonNullable<typeof aside> {
    aside ??= openAside().catch((error: unknown) => {
      aside = null
      throw error
    })
    return aside
  }

  async function readAside<T>(body: (prepare: (sql: string) => StatementSync) => T): Promise<T> {
    if (file === ':memory:' || !db.isOpen) return inTurn(() => body(connection.prepare))
    const reader = await openedAside()
    return retryWhileBusy(() => {
      reader.db.exec('BEGIN')
      try {
        return body(reader.prepare)
      } finally {
        // SQLite may have ended it by itself; what went wrong is to be told, not that.
        if (reader.db.isTransaction) reader.db.exec('COMMIT')
      }
    })
  }

  async function script(sql: string): Promise<void> {
    await inTurn(() => db.exec(sql))
    // What changes the schema is not counted.
    await log.flushed()
  }

  async function begin(): Promise<OpenTransaction> {
    const release = await turns.take()
    try {
      await retryWhileBusy(() => db.exec('BEGIN IMMEDIATE'))
    } catch (error) {
      release()
      throw error
    }
    let open = true
    const end = (command: () => void) => {
      if (!open) return
      open = false
      try {
        command()
      } finally {
        // A failed COMMIT must not leave the next caller inside a dead transaction.
        if (db.isTransaction) db.exec('ROLLBACK')
        release()
      }
    }
    return {
      async commit() {
        end(() => db.exec('COMMIT'))
        await log.flushed()
      },
      // SQLite may have rolled back by itself, e.g. when the disk is full.
      rollback: () => end(() => db.isTransaction && db.exec('ROLLBACK')),
    }
  }

  const connection: SqliteConnection = {
    file,
    prepare: cachedStatements((sql) => db.prepare(sql)),
    prepareForArrays: cachedStatements((sql) => {
      const statement = db.prepare(sql)
      statement.setReturnArrays(true)
      return statement
    }),
    readAside,
    inTurn,
    transaction: turns.transaction,
    begin,
    script,
    async close() {
      const release = await turns.take()
      try {
        // If it could not be opened, whoever wanted to read has been told.
        const reader = await aside?.catch(() => null)
        if (reader?.db.isOpen) reader.db.close()
        if (db.isOpen) db.close()
      } finally {
        release()
      }
      await log.close()
    },
  }
  return connection
}

function cachedStatements(prepare: (sql: string) => StatementSync): (sql: string) => StatementSync {
  const cache = new Map<string, StatementSync>()
  return (sql) => {
    const cached = cache.get(sql)
    if (cached) return cached
    const statement = prepare(sql)
    const oldest = cache.keys().next()
    if (cache.size >= MAX_CACHED_STATEMENTS && !oldest.done) cache.delete(oldest.value)
    cache.set(sql, statement)
    return statement
  }
}
