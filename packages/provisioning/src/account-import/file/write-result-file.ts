// The result of an import as a file for the school that must correct it: its own columns as it had sent them, then ours.
import { stringify } from 'csv-stringify/sync'
import type { ImportedRow } from '../../ports/import-store.ts'
import { type ImportColumns, RESULT_COLUMNS } from '../columns.ts'
import { resultOfRow, sentencesOf } from '../results.ts'
import { harmless } from './formula-cells.ts'

/** Without it Excel takes UTF-8 for the Windows code page. */
const BYTE_ORDER_MARK = '\ufeff'

export function resultHeader({ delimiter, names }: ImportColumns): string {
  return BYTE_ORDER_MARK + lines({ delimiter, rows: [[...names, ...RESULT_COLUMNS]] })
}

export function resultLines({
  columns: { delimiter, names },
  rows,
}: {
  readonly columns: ImportColumns
  readonly rows: readonly ImportedRow[]
}): string {
  return lines({
    delimiter,
    rows: rows.map((row) => {
      const { cells, rowNumber, username } = row
      return [...(cells ?? names.map(() => '')), String(rowNumber), resultOfRow(row), sentencesOf(row), username ?? '']
    }),
  })
}

function lines({ delimiter, rows }: { readonly delimiter: string; readonly rows: readonly (readonly string[])[] }): string {
  return stringify(
    rows.map((row) => row.map(harmless)),
    {
      delimiter,
      record_delimiter: 'windows',
      quote_record_delimiter: true,
    },
  )
}
