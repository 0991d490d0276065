// What an import writes row by row, as one statement for a whole portion: rows travel as JSON, which has no limit on the number of parameters.
import type { Dialect } from '../dialect.ts'

/** A column, and how OPENJSON reads it. */
const STAGED = {
  rowNumber: 'INT',
  outcome: 'NVARCHAR(4000)',
  cells: 'NVARCHAR(MAX)',
  errors: 'NVARCHAR(MAX)',
  errorCode: 'NVARCHAR(4000)',
  personId: 'NVARCHAR(4000)',
  scopeId: 'NVARCHAR(4000)',
} as const
const CHANGED = { outcome: 'NVARCHAR(4000)', runUuid: 'NVARCHAR(4000)', errorCode: 'NVARCHAR(4000)' } as const

const names = (columns: object) => Object.keys(columns)

/** First the rows as JSON, then the import's id. */
export interface ImportSql {
  readonly stage: string
  /** Leaves a row alone that is to get a run and was erased meanwhile. */
  readonly change: string
}

const sqlite: ImportSql = {
  stage: `INSERT INTO ImportRow (importId, ${names(STAGED).join(', ')})
SELECT ?2, ${names(STAGED)
    .map((name) => `value ->> '${name}'`)
    .join(', ')} FROM json_each(?1)`,
  // Materialised, since SQLite would otherwise walk the whole import and read the portion anew for each of its rows.
  change: `WITH j AS MATERIALIZED (SELECT value ->> 'rowNumber' AS rowNumber, ${names(CHANGED)
    .map((name) => `value ->> '${name}' AS ${name}`)
    .join(', ')} FROM json_each(?1))
UPDATE ImportRow SET ${names(CHANGED)
    .map((name) => `${name} = j.${name}`)
    .join(', ')}
FROM j WHERE ImportRow.importId = ?2 AND ImportRow.rowNumber = j.rowNumber AND (j.runUuid IS NULL OR ImportRow.cells IS NOT NULL)`,
}

const openJson = (columns: Readonly<Record<string, string>>) =>
  `OPENJSON(@P1) WITH (${Object.entries(columns)
    .map(([name, type]) => `[${name}] ${type} '$.${name}'`)
    .join(', ')})`
const bracketed = (columns: object, alias: string) =>
  names(columns)
    .map((name) => `${alias}[${name}]`)
    .join(', ')

const sqlserver: ImportSql = {
  stage: `INSERT INTO [dbo].[ImportRow] ([importId], ${bracketed(STAGED, '')})
SELECT @P2, ${bracketed(STAGED, 'j.')} FROM ${openJson(STAGED)} AS j;`,
  change: `UPDATE r SET ${names(CHANGED)
    .map((name) => `[${name}] = j.[${name}]`)
    .join(', ')}
FROM ${openJson({ rowNumber: 'INT', ...CHANGED })} AS j
INNER LOOP JOIN [dbo].[ImportRow] AS r ON r.[importId] = @P2 AND r.[rowNumber] = j.[rowNumber]
WHERE j.[runUuid] IS NULL OR r.[cells] IS NOT NULL;`,
}

export const IMPORT_SQL: Readonly<Record<Dialect, ImportSql>> = { sqlite, sqlserver }
