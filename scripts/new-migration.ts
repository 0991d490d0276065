// node scripts/new-migration.ts <name>: lays a new migration for both databases, offline.
// SQLite's is the difference between its migrations and the derived schema. SQL Server's first one is rendered from the canonical schema;
// later ones are written by hand into the file laid here, and scripts/sqlserver-schema/migrations.test.ts holds them to the schema.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { diffSqliteMigrations } from './schema-engine.ts'
import { canonicalTables } from './sqlserver-schema/canonical-tables.ts'
import { renderTables, tsqlMigration } from './sqlserver-schema/render-tsql.ts'

const prisma = resolve(import.meta.dirname, '../prisma')
const name = process.argv[2]

function writeMigration({ dialect, folder, sql }: { dialect: string; folder: string; sql: string }) {
  const path = join(prisma, 'migrations', dialect, folder)
  mkdirSync(path)
  writeFileSync(join(path, 'migration.sql'), sql)
  console.log(`Wrote prisma/migrations/${dialect}/${folder}/migration.sql`)
}

if (!name || !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error('Usage: node scripts/new-migration.ts <name in lower case, words joined by _>')
  process.exitCode = 2
} else {
  const folder = `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`
  const sqlite = await diffSqliteMigrations({
    folder: join(prisma, 'migrations/sqlite'),
    schema: readFileSync(join(prisma, 'sqlite/schema.prisma'), 'utf8'),
  })
  const first = readdirSync(join(prisma, 'migrations/sqlserver')).every((entry) => !/^\d{14}_/.test(entry))
  const sqlserver = first
    ? renderTables(canonicalTables(readFileSync(join(prisma, 'schema.prisma'), 'utf8')))
    : `-- Write here, in T-SQL, what ../../sqlite/${folder}/migration.sql does.`
  writeMigration({ dialect: 'sqlite', folder, sql: sqlite })
  writeMigration({ dialect: 'sqlserver', folder, sql: tsqlMigration(sqlserver) })
}
