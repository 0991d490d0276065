import { type Column, ORDINAL_COLLATION, type Table } from './table-model.ts'

/** Wraps statements the way Prisma's own migrations for SQL Server do: all or nothing, and the error is thrown on. */
export function tsqlMigration(statements: string): string {
  return `BEGIN TRY

BEGIN TRAN;

${statements.trim()}

COMMIT TRAN;

END TRY
BEGIN CATCH

IF @@TRANCOUNT > 0
BEGIN
    ROLLBACK TRAN;
END;
THROW

END CATCH
`
}

/** T-SQL that creates these tables. Relations come last, so that the order of tables does not matter. */
export function renderTables(tables: readonly Table[]): string {
  return [...tables.map(renderTable), ...tables.flatMap(renderIndexes), ...tables.flatMap(renderForeignKeys)].join('\n\n')
}

const quoted = (name: string) => `[${name}]`
const list = (names: readonly string[]) => names.map(quoted).join(',')

function renderTable({ name, columns, primaryKey, uniques }: Table): string {
  const lines = [
    ...columns.map(renderColumn),
    `CONSTRAINT ${quoted(primaryKey.name)} PRIMARY KEY CLUSTERED (${list(primaryKey.columns)})`,
    ...uniques.map((key) => `CONSTRAINT ${quoted(key.name)} UNIQUE NONCLUSTERED (${list(key.columns)})`),
  ]
  return `-- CreateTable\nCREATE TABLE [dbo].${quoted(name)} (\n    ${lines.join(',\n    ')}\n);`
}

function renderColumn({ name, type, nullable, ordinal }: Column): string {
  return [quoted(name), type, ordinal ? `COLLATE ${ORDINAL_COLLATION}` : '', nullable ? 'NULL' : 'NOT NULL'].filter(Boolean).join(' ')
}

function renderIndexes({ name, indexes }: Table): string[] {
  return indexes.map(
    (key) => `-- CreateIndex\nCREATE NONCLUSTERED INDEX ${quoted(key.name)} ON [dbo].${quoted(name)}(${list(key.columns)});`,
  )
}

function renderForeignKeys({ name, foreignKeys }: Table): string[] {
  return foreignKeys.map(
    (key) =>
      `-- AddForeignKey\nALTER TABLE [dbo].${quoted(name)} ADD CONSTRAINT ${quoted(key.name)} FOREIGN KEY (${list(key.columns)}) REFERENCES [dbo].${quoted(key.table)}(${list(key.referencedColumns)}) ON DELETE ${key.onDelete} ON UPDATE ${key.onUpdate};`,
  )
}
