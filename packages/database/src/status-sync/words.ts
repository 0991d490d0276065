// What the two databases say differently in the statements of the status sync. Rows travel as JSON, which has no limit on the number of
// parameters and leaves one plan whatever the number of rows; names stand in brackets, which both understand.
import type { Dialect } from '../dialect.ts'

/** Of the keys. */
export const ORDINAL = 'COLLATE Latin1_General_100_BIN2'

/** Declared wide, so that a value too long is refused by its column and not cut. */
export const TEXT = 'NVARCHAR(4000)'
export const LONG_TEXT = 'NVARCHAR(MAX)'

/** Columns, and how OPENJSON reads them. */
export type Columns = Readonly<Record<string, string>>

export const names = (columns: Columns | readonly string[]): readonly string[] =>
  Array.isArray(columns) ? columns : Object.keys(columns as Columns)

export const listed = (columns: Columns | readonly string[], alias?: string): string =>
  names(columns)
    .map((name) => (alias ? `${alias}.[${name}]` : `[${name}]`))
    .join(', ')

/** SQL Server: the rows of a JSON list. */
export const openJson = (parameter: string, columns: Columns): string =>
  `OPENJSON(${parameter}) WITH (${Object.entries(columns)
    .map(([name, type]) => `[${name}] ${type} '$.${name}'`)
    .join(', ')})`

/** SQLite: the same, materialised, since it would otherwise walk the table that they are joined with and read the JSON anew for each row. */
export const jsonRows = (parameter: string, columns: Columns): string =>
  `WITH j AS MATERIALIZED (SELECT ${names(columns)
    .map((name) => `value ->> '${name}' AS [${name}]`)
    .join(', ')} FROM json_each(${parameter}))`

interface Words {
  table(name: string): string
  parameter(place: number): string
  time(ms: number): number | string
  /** At most so many rows: in front of the columns, and at the end. */
  top(rows: number): string
  limit(rows: number): string
  /** A column by which the rows shall not be found. */
  unindexed(column: string): string
  /** `FROM` the strings of a JSON list joined with a table, which is sought string by string. */
  fromKeys(asked: { readonly parameter: string; readonly table: string; readonly column: string }): string
  /** A word of a JSON text. */
  wordOf(column: string, path: string): string
}

export const WORDS: Readonly<Record<Dialect, Words>> = {
  sqlite: {
    table: (name) => `[${name}]`,
    parameter: (place) => `?${place}`,
    time: (ms) => ms,
    top: () => '',
    limit: (rows) => ` LIMIT ${rows}`,
    // It knows no statistics, and would take an index that does not have the rows in the order of the pages.
    unindexed: (column) => `+${column}`,
    fromKeys: ({ parameter, table, column }) => `FROM json_each(${parameter}) AS j CROSS JOIN [${table}] AS a ON a.[${column}] = j.value`,
    wordOf: (column, path) => `${column} ->> '${path}'`,
  },
  sqlserver: {
    table: (name) => `[dbo].[${name}]`,
    parameter: (place) => `@P${place}`,
    // UTC without a zone, as DATETIME2 keeps it.
    time: (ms) => new Date(ms).toISOString().slice(0, -1),
    top: (rows) => `TOP (${rows}) `,
    limit: () => '',
    unindexed: (column) => column,
    fromKeys: ({ parameter, table, column }) =>
      `FROM OPENJSON(${parameter}) WITH ([value] ${TEXT} '$') AS j INNER LOOP JOIN [dbo].[${table}] AS a ON a.[${column}] = j.[value] ${ORDINAL}`,
    wordOf: (column, path) => `JSON_VALUE(${column}, '${path}')`,
  },
}
