import { parseDatabaseUrl } from '../database-url.ts'
import { readMigrationFiles } from './migration-files.ts'
import { type MigrationStatus, migrationStatuses } from './plan.ts'
import { openSqliteTarget } from './sqlite-target.ts'
import { openSqlServerTarget } from './sqlserver-target.ts'
import type { MigrationTarget } from './target.ts'

export { DatabaseUrlError } from '../database-url.ts'
export { type MigrationFile, readMigrationFiles } from './migration-files.ts'
export { MigrationError, type MigrationState, type MigrationStatus } from './plan.ts'

interface MigrateOptions {
  /** DATABASE_URL. */
  readonly url: string
  /** Where the migrations of the URL's dialect lie; by default this repository's. */
  readonly folder?: string
}

/** Applies the pending migrations and answers their names. Safe to call from several processes at once. @throws MigrationError */
export function deployMigrations({ url, folder }: MigrateOptions): Promise<string[]> {
  return withTarget(url, (target) => target.deploy(readMigrationFiles(target.dialect, folder)))
}

export function readMigrationStatuses({ url, folder }: MigrateOptions): Promise<MigrationStatus[]> {
  return withTarget(url, async (target) =>
    migrationStatuses({ files: readMigrationFiles(target.dialect, folder), rows: await target.rows() }),
  )
}

/** Lets a failed migration run again, once an operator has repaired what it left. False if it is not recorded as failed. */
export function resolveFailedMigration({ url, name }: { url: string; name: string }): Promise<boolean> {
  return withTarget(url, (target) => target.markRolledBack(name))
}

async function withTarget<T>(url: string, body: (target: MigrationTarget) => Promise<T>): Promise<T> {
  const parsed = parseDatabaseUrl(url)
  const target = await (parsed.dialect === 'sqlite' ? openSqliteTarget(parsed) : openSqlServerTarget(parsed))
  try {
    return await body(target)
  } finally {
    await target.close()
  }
}
