// What a database still needs, decided without I/O from the files and the rows of `_prisma_migrations`.
import type { MigrationFile } from './migration-files.ts'

/** A row of `_prisma_migrations`, Prisma's own table. */
export interface MigrationRow {
  readonly name: string
  readonly checksum: string
  readonly finished: boolean
  readonly rolledBack: boolean
}

/** `unknown`: applied by a newer release, whose file is not here. */
export type MigrationState = 'applied' | 'pending' | 'failed' | 'edited' | 'unknown'

export interface MigrationStatus {
  readonly name: string
  readonly state: MigrationState
}

export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

export function migrationStatuses({ files, rows }: { files: readonly MigrationFile[]; rows: readonly MigrationRow[] }): MigrationStatus[] {
  const standing = new Map(rows.filter((row) => !row.rolledBack).map((row) => [row.name, row]))
  const known = files.map(({ name, checksum }): MigrationStatus => {
    const row = standing.get(name)
    if (!row) return { name, state: 'pending' }
    if (!row.finished) return { name, state: 'failed' }
    return { name, state: row.checksum === checksum ? 'applied' : 'edited' }
  })
  const names = new Set(files.map(({ name }) => name))
  const unknown = [...standing.values()]
    .filter((row) => !names.has(row.name))
    .map((row): MigrationStatus => ({ name: row.name, state: row.finished ? 'unknown' : 'failed' }))
  return [...known, ...unknown]
}

/** @throws MigrationError if a migration failed earlier, or was edited after it was applied: neither may be built upon */
export function pendingMigrations(input: { files: readonly MigrationFile[]; rows: readonly MigrationRow[] }): MigrationFile[] {
  const statuses = migrationStatuses(input)
  const failed = statuses.find(({ state }) => state === 'failed')
  if (failed)
    throw new MigrationError(
      `Migration ${failed.name} failed earlier (its row in _prisma_migrations has the logs). Repair the database, then mark it as rolled back: node scripts/migrate.ts resolve ${failed.name}`,
    )
  const edited = statuses.find(({ state }) => state === 'edited')
  if (edited)
    throw new MigrationError(
      `Migration ${edited.name} was edited after it was applied here. Restore the file as it was, and put the change into a new migration.`,
    )
  const pending = new Set(statuses.filter(({ state }) => state === 'pending').map(({ name }) => name))
  return input.files.filter(({ name }) => pending.has(name))
}
