import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readMigrationFiles } from '@rollcall/database/migrate'
import { describe, expect, test } from 'vitest'
import { canonicalTables } from './canonical-tables.ts'
import { parseTsql } from './parse-tsql.ts'
import { renderTables, tsqlMigration } from './render-tsql.ts'
import { ORDINAL_COLLATION, type Table } from './table-model.ts'

const prisma = resolve(import.meta.dirname, '../../prisma')
const canonical = readFileSync(join(prisma, 'schema.prisma'), 'utf8')
const scripts = readMigrationFiles('sqlserver').map(({ sql }) => sql)

/** In an order of their own, since later migrations append what the schema puts elsewhere. */
function sorted(tables: readonly Table[]) {
  const byName = <Item extends { readonly name: string }>(items: readonly Item[]) => items.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return byName(tables).map((table) => ({
    ...table,
    columns: byName(table.columns),
    uniques: byName(table.uniques),
    indexes: byName(table.indexes),
    foreignKeys: byName(table.foreignKeys),
  }))
}

describe('the migrations of SQL Server', () => {
  test('create exactly the columns, types, nullability, collations, keys and indexes of the canonical schema', () => {
    const created = sorted(parseTsql(scripts))
    expect(created).toEqual(sorted(canonicalTables(canonical)))
    expect(created.length).toBeGreaterThan(10)
  })

  test.each([
    ['a column', /^ {2}pollingUuid .*$/m, ''],
    ['a width', /(pollingUuid .*)NVarChar\(100\)/, '$1NVarChar(99)'],
    ['a nullability', 'pollingUuid         String?', 'pollingUuid         String'],
    ['an index', /^.*AzureDataSync_due_idx.*$/m, ''],
    ['the order of an index', '[dueAt, uuid]', '[uuid, dueAt]'],
    ['a key', 'liveKey             String    @unique(map: "AzureDataSync_liveKey_key")', 'liveKey             String'],
    ['a relation', 'onDelete: NoAction', 'onDelete: Cascade'],
  ])('would not pass if the schema differed in %s', (_, from, to) => {
    const changed = canonical.replace(from, to)
    expect(changed).not.toBe(canonical)
    expect(sorted(parseTsql(scripts))).not.toEqual(sorted(canonicalTables(changed)))
  })

  test('compare every key by code point, so that they order and differ as on SQLite', () => {
    const columns = new Map(parseTsql(scripts).flatMap((table) => table.columns.map((column) => [`${table.name}.${column.name}`, column])))
    for (const name of [
      'AzureDataSync.uuid',
      'AzureDataSync.liveKey',
      'Request.key',
      'SysUser.liveUsername',
      'UsernameReservation.username',
    ])
      expect(columns.get(name)).toMatchObject({ ordinal: true })
    expect(scripts.join()).toContain(`[uuid] NVARCHAR(36) COLLATE ${ORDINAL_COLLATION} NOT NULL`)
  })

  test('never pad: no column is of a fixed width', () => {
    expect(scripts.join()).not.toMatch(/\bN?CHAR\(/)
  })

  test('have a twin for every one of SQLite', () => {
    const names = (dialect: 'sqlite' | 'sqlserver') => readMigrationFiles(dialect).map(({ name }) => name)
    expect(names('sqlserver')).toEqual(names('sqlite'))
  })

  test('are refused unread where they do what the check does not understand', () => {
    expect(() => parseTsql([tsqlMigration("EXEC sp_rename N'a', N'b';")])).toThrow(
      'does not know how this changes the tables: EXEC sp_rename',
    )
  })

  test('may change tables later on', () => {
    const later = `ALTER TABLE [dbo].[Lease] ADD [note] NVARCHAR(10) NULL;
ALTER TABLE [dbo].[Lease] ALTER COLUMN [holder] NVARCHAR(200) NOT NULL;
ALTER TABLE [dbo].[AzureDataSync] DROP COLUMN [type];
DROP INDEX [AzureDataSync_due_idx] ON [dbo].[AzureDataSync];
UPDATE [dbo].[Lease] SET [note] = N'';
DROP TABLE [dbo].[Credential];`
    const tables = new Map(parseTsql([...scripts, tsqlMigration(later)]).map((table) => [table.name, table]))
    expect(tables.get('Lease')?.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'name NVARCHAR(100)',
      'holder NVARCHAR(200)',
      'expiresAt DATETIME2',
      'note NVARCHAR(10)',
    ])
    expect(tables.get('AzureDataSync')?.columns.some(({ name }) => name === 'type')).toBe(false)
    expect(tables.get('AzureDataSync')?.indexes.some(({ name }) => name === 'AzureDataSync_due_idx')).toBe(false)
    expect(tables.has('Credential')).toBe(false)
  })

  test('render back from what was read of them', () => {
    const tables = canonicalTables(canonical)
    expect(parseTsql([tsqlMigration(renderTables(tables))])).toEqual(tables)
  })
})
