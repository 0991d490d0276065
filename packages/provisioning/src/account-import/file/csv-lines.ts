// Every table that leaves us as a file for people goes through here: no spreadsheet calculates its cells, and each record stays one.
import { stringify } from 'csv-stringify/sync'
import { harmless } from './formula-cells.ts'

/** Stands in front of a file. Without it Excel takes UTF-8 for the Windows code page. */
export const BYTE_ORDER_MARK = '\ufeff'

/** @param delimiter @defaultValue a comma */
export function csvLines({
  delimiter = ',',
  rows,
}: {
  readonly delimiter?: string
  readonly rows: readonly (readonly string[])[]
}): string {
  return stringify(
    rows.map((row) => row.map(harmless)),
    { delimiter, record_delimiter: 'windows', quote_record_delimiter: true },
  )
}
