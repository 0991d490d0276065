// The result of an import as a file for the school that must correct it: its own columns as it had sent them, then ours.
import type { ImportedRow } from '../../ports/import-store.ts'
import { type ImportColumns, RESULT_COLUMNS } from '../columns.ts'
import { resultOfRow, sentencesOf } from '../results.ts'
import { BYTE_ORDER_MARK, csvLines } from './csv-lines.ts'

export function resultHeader({ delimiter, names }: ImportColumns): string {
  return BYTE_ORDER_MARK + csvLines({ delimiter, rows: [[...names, ...RESULT_COLUMNS]] })
}

export function resultLines({
  columns: { delimiter, names },
  rows,
}: {
  readonly columns: ImportColumns
  readonly rows: readonly ImportedRow[]
}): string {
  return csvLines({
    delimiter,
    rows: rows.map((row) => {
      const { cells, rowNumber, username } = row
      return [...(cells ?? names.map(() => '')), String(rowNumber), resultOfRow(row), sentencesOf(row), username ?? '']
    }),
  })
}
