import { randomUUID } from 'node:crypto'
import { openDatabaseFile } from '../sqlite/open-database-file.ts'
import { repeatWhileBusy } from '../sqlite/repeat-while-busy.ts'
import type { MigrationFile } from './migration-files.ts'
import { MigrationError, type MigrationRow, pendingMigrations } from './plan.ts'
import type { MigrationTarget } from './target.ts'

/** Written as Prisma's own engine writes it, so that either tool can go on where the other stopped. */
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)`

const WAIT_FOR_OTHERS_MS = 60_000

/**
 * Migrates a SQLite file. Each migration and its row are one transaction, begun IMMEDIATE: it is the lock that lets one process apply while
 * others wait, and a failed migration leaves nothing behind but its row.
 */
export async function openSqliteTarget({ file }: { file: string }): Promise<MigrationTarget> {
  const db = await openDatabaseFile({ file, limitMs: WAIT_FOR_OTHERS_MS })
  // Tables are redefined by copying, which must not fire foreign keys; they are checked before each commit instead. Inside a
  // transaction the pragma does nothing, so it stands here.
  db.exec('PRAGMA foreign_keys = OFF')

  const exists = () => db.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_prisma_migrations'`).get() !== undefined
  const isEmpty = () => db.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).get() === undefined

  function rows(): MigrationRow[] {
    if (!exists()) return []
    const all = db.prepare('SELECT migration_name, checksum, finished_at, rolled_back_at FROM _prisma_migrations ORDER BY started_at').all()
    return all.map((row) => ({
      name: String(row.migration_name),
      checksum: String(row.checksum),
      finished: row.finished_at !== null,
      rolledBack: row.rolled_back_at !== null,
    }))
  }

  async function locked<T>(body: () => T): Promise<T> {
    await repeatWhileBusy({ body: () => db.exec('BEGIN IMMEDIATE'), limitMs: WAIT_FOR_OTHERS_MS })
    try {
      const answer = body()
      db.exec('COMMIT')
      return answer
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  function record(file: MigrationFile, outcome: { logs: string } | 'applied') {
    const applied = outcome === 'applied'
    db.prepare(
      'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count, logs) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(randomUUID(), file.checksum, file.name, Date.now(), applied ? Date.now() : null, applied ? 1 : 0, applied ? null : outcome.logs)
  }

  function apply(file: MigrationFile) {
    db.exec(file.sql)
    const broken = db.prepare('PRAGMA foreign_key_check').all()
    if (broken.length > 0) throw new Error(`${broken.length} rows of ${String(broken[0]?.table)} would refer to rows that do not exist.`)
    record(file, 'applied')
  }

  /** Applies the first pending migration; null if there is none left. */
  async function applyNext(files: readonly MigrationFile[]): Promise<string | null> {
    let next: MigrationFile | undefined
    try {
      await locked(() => {
        if (!exists() && !isEmpty())
          throw new MigrationError(
            'The database has tables but no _prisma_migrations: it was not made by these migrations. Name an empty one.',
          )
        db.exec(CREATE_TABLE)
        next = pendingMigrations({ files, rows: rows() })[0]
        if (next) apply(next)
      })
    } catch (error) {
      const failed = next
      if (!failed) throw error
      const logs = error instanceof Error ? error.message : String(error)
      await locked(() => {
        db.exec(CREATE_TABLE)
        record(failed, { logs })
      })
      throw new MigrationError(`Migration ${failed.name} failed and was rolled back: ${logs}`, { cause: error })
    }
    return next?.name ?? null
  }

  return {
    dialect: 'sqlite',
    async deploy(files) {
      const applied: string[] = []
      for (let name = await applyNext(files); name !== null; name = await applyNext(files)) applied.push(name)
      return applied
    },
    rows: () => repeatWhileBusy({ body: rows, limitMs: WAIT_FOR_OTHERS_MS }),
    async markRolledBack(name) {
      const { changes } = await locked(() =>
        db
          .prepare(
            'UPDATE _prisma_migrations SET rolled_back_at = ? WHERE migration_name = ? AND finished_at IS NULL AND rolled_back_at IS NULL',
          )
          .run(Date.now(), name),
      )
      return Number(changes) > 0
    },
    close: async () => db.close(),
  }
}
