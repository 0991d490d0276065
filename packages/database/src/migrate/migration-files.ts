import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Dialect } from '../dialect.ts'

export interface MigrationFile {
  /** The folder's name: 14 digits, `_`, what it does. Migrations run in the order of their names. */
  readonly name: string
  readonly sql: string
  /** SHA-256 of the file, hex, as Prisma records it. */
  readonly checksum: string
}

const migrationsFolder = resolve(import.meta.dirname, '../../../../prisma/migrations')

/** Reads a folder in Prisma's format; by default that of the dialect in this repository. */
export function readMigrationFiles(dialect: Dialect, folder = join(migrationsFolder, dialect)): MigrationFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}
