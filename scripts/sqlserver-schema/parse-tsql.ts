// Reads the T-SQL of our migrations, in the order of their names, back into tables. It understands the forms that render-tsql.ts writes and
// the changes that later migrations are likely to make; anything else is an error, so that no statement passes unread.
import { type Column, type ForeignKey, type Key, ORDINAL_COLLATION, type Table } from './table-model.ts'

interface TableUnderway {
  columns: Column[]
  primaryKey: Key
  uniques: Key[]
  indexes: Key[]
  foreignKeys: ForeignKey[]
}

const NAME = String.raw`\[(\w+)\]`
const TABLE = String.raw`\[dbo\]\.${NAME}`
const COLUMN = new RegExp(String.raw`^${NAME} ([A-Z0-9]+(?:\(\w+\))?)( COLLATE (\w+))? (NOT NULL|NULL)$`)
const FOREIGN_KEY = new RegExp(
  String.raw`^CONSTRAINT ${NAME} FOREIGN KEY \(([^)]*)\) REFERENCES ${TABLE}\(([^)]*)\) ON DELETE (NO ACTION|CASCADE|SET NULL) ON UPDATE (NO ACTION|CASCADE|SET NULL)$`,
)

type Rule = readonly [form: RegExp, apply: (tables: Map<string, TableUnderway>, found: readonly string[]) => void]

const RULES: readonly Rule[] = [
  [new RegExp(`^CREATE TABLE ${TABLE} \\((.*)\\)$`, 's'), (tables, [name = '', body = '']) => tables.set(name, parseTable(body))],
  [new RegExp(`^DROP TABLE ${TABLE}$`), (tables, [name = '']) => tables.delete(name)],
  [
    new RegExp(`^CREATE NONCLUSTERED INDEX ${NAME} ON ${TABLE}\\(([^)]*)\\)$`),
    (tables, [name = '', table = '', columns = '']) => named(tables, table).indexes.push({ name, columns: listOf(columns) }),
  ],
  [
    new RegExp(`^DROP INDEX ${NAME} ON ${TABLE}$`),
    (tables, [name, table = '']) => {
      const target = named(tables, table)
      target.indexes = target.indexes.filter((index) => index.name !== name)
    },
  ],
  [
    new RegExp(`^ALTER TABLE ${TABLE} ADD (CONSTRAINT .*)$`),
    (tables, [table = '', text = '']) => named(tables, table).foreignKeys.push(parseForeignKey(text)),
  ],
  [
    new RegExp(`^ALTER TABLE ${TABLE} ADD (\\[.*)$`),
    (tables, [table = '', text = '']) => named(tables, table).columns.push(parseColumn(text)),
  ],
  [
    new RegExp(`^ALTER TABLE ${TABLE} ALTER COLUMN (.*)$`),
    (tables, [table = '', text = '']) => {
      const target = named(tables, table)
      const changed = parseColumn(text)
      target.columns = target.columns.map((column) => (column.name === changed.name ? changed : column))
    },
  ],
  [
    new RegExp(`^ALTER TABLE ${TABLE} DROP COLUMN ${NAME}$`),
    (tables, [table = '', name]) => {
      const target = named(tables, table)
      target.columns = target.columns.filter((column) => column.name !== name)
    },
  ],
  // Rows, not tables.
  [/^(?:INSERT INTO|UPDATE|DELETE FROM|EXEC\(N'UPDATE) /, () => undefined],
]

/** The tables that these scripts, one after the other, leave. @throws Error on a statement that it does not understand */
export function parseTsql(scripts: readonly string[]): Table[] {
  const tables = new Map<string, TableUnderway>()
  for (const statement of scripts.flatMap(statementsOf)) {
    const match = RULES.map(([form, apply]) => ({ found: form.exec(statement), apply })).find(({ found }) => found)
    if (!match?.found) throw new Error(`parse-tsql.ts does not know how this changes the tables: ${statement}`)
    match.apply(tables, match.found.slice(1))
  }
  return [...tables].map(([name, table]) => ({ name, ...table }))
}

function statementsOf(script: string): string[] {
  const body = /BEGIN TRAN;(.*)COMMIT TRAN;/s.exec(script)?.[1]
  if (body === undefined) throw new Error('A migration for SQL Server should be wrapped as tsqlMigration() does.')
  return body
    .replace(/^--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter(Boolean)
}

function parseTable(body: string): TableUnderway {
  const lines = body.trim().split(/,\n\s*/)
  const keys = (kind: string) =>
    lines.flatMap((line): Key[] => {
      const [, name, columns] = new RegExp(`^CONSTRAINT ${NAME} ${kind} \\(([^)]*)\\)$`).exec(line) ?? []
      return name && columns ? [{ name, columns: listOf(columns) }] : []
    })
  const [primaryKey] = keys('PRIMARY KEY CLUSTERED')
  if (!primaryKey) throw new Error(`A table without a clustered primary key: ${body}`)
  const uniques = keys('UNIQUE NONCLUSTERED')
  const columns = lines.filter((line) => line.startsWith('[')).map(parseColumn)
  if (columns.length + uniques.length + 1 !== lines.length) throw new Error(`A line of this table was not understood: ${body}`)
  return { columns, primaryKey, uniques, indexes: [], foreignKeys: [] }
}

function parseColumn(text: string): Column {
  const [, name, type, , collation, nullability] = COLUMN.exec(text) ?? []
  if (!name || !type) throw new Error(`Not understood as a column: ${text}`)
  if (collation !== undefined && collation !== ORDINAL_COLLATION)
    throw new Error(`${name} should be collated ${ORDINAL_COLLATION} or not at all.`)
  return { name, type, nullable: nullability === 'NULL', ordinal: collation !== undefined }
}

function parseForeignKey(text: string): ForeignKey {
  const [, name, columns, table, referenced, onDelete, onUpdate] = FOREIGN_KEY.exec(text) ?? []
  if (!name || !columns || !table || !referenced || !onDelete || !onUpdate) throw new Error(`Not understood as a foreign key: ${text}`)
  return { name, columns: listOf(columns), table, referencedColumns: listOf(referenced), onDelete, onUpdate }
}

function listOf(columns: string): string[] {
  return columns.split(',').map((column) => column.trim().replace(/^\[(.*)\]$/, '$1'))
}

function named(tables: ReadonlyMap<string, TableUnderway>, name: string): TableUnderway {
  const table = tables.get(name)
  if (!table) throw new Error(`A migration changes ${name} before it is created.`)
  return table
}
