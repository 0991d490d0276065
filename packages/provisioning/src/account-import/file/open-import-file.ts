// Reads an uploaded file row by row as its bytes arrive. What must always hold: how the bytes are divided changes nothing; no more than one row
// and what the parser has before it is in memory; a fault of the file ends the reading with an ImportFileError that names the row and never
// what stands there.

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CodedError } from '@rollcall/engine'
import { CsvError, parse } from 'csv-parse'
import { DELIMITERS, type Delimiter, type ImportHeader, readHeader } from '../columns.ts'
import { importErrors } from '../errors.ts'
import { asSent } from './formula-cells.ts'
import { ImportFileError, textOf } from './text-of.ts'

export const MOST_ROWS = 50_000
/** A row of a hundred thousand characters is one whose quotation mark was not closed. */
const LONGEST_ROW = 100_000
/** Ten column names take two hundred. */
const LONGEST_HEADER = 16_384

export interface FileRow {
  /** As Excel counts: the header is row 1, and an empty line is a row, too. */
  readonly rowNumber: number
  /** As they were sent, without those that a result file adds. */
  readonly cells: readonly string[]
}

export interface ImportFile {
  readonly header: ImportHeader
  /** Can be gone through once. */
  readonly rows: AsyncIterable<FileRow>
}

/**
 * Reads as far as the header.
 * @throws ImportFileError, from here or from `rows`; CodedError IMPORT_HEADER_WRONG; whatever `bytes` throws
 */
export async function openImportFile(bytes: AsyncIterable<Uint8Array>, { mostRows = MOST_ROWS } = {}): Promise<ImportFile> {
  const text = textOf(bytes)
  const begun = await readFirstLine(text)
  const delimiter = delimiterOf(begun)
  judgeHeaderAlone({ begun, delimiter })
  const records = parseRecords({ begun, text, delimiter })
  const first = await records.next()
  if (first.done) throw new ImportFileError(importErrors.IMPORT_FILE_EMPTY, { row: null })
  const header = withRow(first.value.rowNumber, () => readHeader({ cells: first.value.cells, delimiter }))
  return { header, rows: rowsOf({ records, header, mostRows }) }
}

/** Before what stands behind it: the parser reads ahead, and of two faults the header's is the one to be told of. */
function judgeHeaderAlone({ begun, delimiter }: { readonly begun: string; readonly delimiter: Delimiter }): void {
  const [line = ''] = begun.split(/[\r\n]/, 1)
  // With a quotation mark in it, it may go on behind the line break.
  if (line.trim() === '' || line.includes('"')) return
  withRow(1, () => readHeader({ cells: line.split(delimiter), delimiter }))
}

async function* rowsOf({
  records,
  header,
  mostRows,
}: {
  readonly records: AsyncIterable<FileRow>
  readonly header: ImportHeader
  readonly mostRows: number
}): AsyncGenerator<FileRow, void> {
  let count = 0
  for await (const { rowNumber, cells } of records) {
    if (cells.length !== header.width) throw otherWidth({ rowNumber, cells, header })
    // Excel writes rows that look empty out as delimiters.
    if (cells.every((cell) => cell.trim() === '')) continue
    count += 1
    if (count > mostRows) {
      const detail = `It may have ${mostRows.toLocaleString('en')}; row ${rowNumber} is one more.`
      throw new ImportFileError(importErrors.IMPORT_TOO_MANY_ROWS, { row: rowNumber, detail })
    }
    const kept = header.kept.map((index) => cells[index] ?? '')
    yield { rowNumber, cells: header.isResultFile ? kept.map(asSent) : kept }
  }
  if (count === 0) throw new ImportFileError(importErrors.IMPORT_FILE_EMPTY, { row: null })
}

function otherWidth({ rowNumber, cells, header }: FileRow & { readonly header: ImportHeader }): ImportFileError {
  const detail = `Row ${rowNumber} has ${cells.length} cells; the header has ${header.width}. Put a cell that contains "${header.delimiter}" into quotation marks.`
  return new ImportFileError(importErrors.IMPORT_ROW_MALFORMED, { row: rowNumber, detail })
}

/** Everything up to the first line break, and what came with it. */
async function readFirstLine(text: AsyncGenerator<string>): Promise<string> {
  let begun = ''
  while (!/[\r\n]/.test(begun.trimStart())) {
    const next = await text.next()
    if (next.done) break
    begun += next.value
    if (begun.length > LONGEST_HEADER && !/[\r\n]/.test(begun.slice(0, LONGEST_HEADER).trimStart())) {
      const detail = 'The first row is longer than any header.'
      throw new ImportFileError(importErrors.IMPORT_HEADER_WRONG, { row: 1, detail })
    }
  }
  return begun
}

/** No name of a column contains either. */
function delimiterOf(begun: string): Delimiter {
  const [header = ''] = begun.trimStart().split(/[\r\n]/, 1)
  const often = (delimiter: Delimiter) => header.split(delimiter).length
  const [semicolon, comma] = DELIMITERS
  return often(semicolon) > often(comma) ? semicolon : comma
}

async function* parseRecords({
  begun,
  text,
  delimiter,
}: {
  readonly begun: string
  readonly text: AsyncIterable<string>
  readonly delimiter: Delimiter
}): AsyncGenerator<FileRow, void> {
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: LONGEST_ROW,
  })
  async function* whole(): AsyncGenerator<string, void> {
    if (begun !== '') yield begun
    yield* text
  }
  const feeding = pipeline(Readable.from(whole()), parser)
  // Whoever reads the parser learns of it there.
  feeding.catch(() => {})
  try {
    for await (const parsed of parser) yield rowOf(parsed)
  } catch (error) {
    throw error instanceof CsvError ? malformed(error) : error
  }
}

/** With `info: true` the parser emits exactly this. */
function rowOf(parsed: {
  readonly record: readonly string[]
  readonly info: { readonly records: number; readonly empty_lines: number }
}): FileRow {
  return { rowNumber: parsed.info.records + parsed.info.empty_lines, cells: parsed.record }
}

const CAUSES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is opened there and never closed',
  CSV_INVALID_CLOSING_QUOTE:
    'something follows a closing quotation mark; inside quotation marks, write each of them twice; perhaps one before it is not closed',
  INVALID_OPENING_QUOTE: 'a quotation mark stands inside a cell; put the cell into quotation marks and write those inside it twice',
  CSV_MAX_RECORD_SIZE: `it is longer than ${LONGEST_ROW.toLocaleString('en')} characters; perhaps a quotation mark is not closed`,
}

/** The parser's own message may quote what stands there. */
function malformed(error: CsvError): ImportFileError {
  const { empty_lines: emptyLines, records } = error as CsvError & { readonly records?: number; readonly empty_lines?: number }
  const row = (records ?? 0) + (emptyLines ?? 0) + 1
  const detail = `Row ${row}: ${CAUSES[error.code] ?? 'its quotation marks are not as CSV has them'}.`
  return new ImportFileError(importErrors.IMPORT_ROW_MALFORMED, { row, detail })
}

function withRow<T>(row: number, body: () => T): T {
  try {
    return body()
  } catch (error) {
    if (error instanceof CodedError && !(error instanceof ImportFileError)) {
      const detail = error.message.slice(error.errorCode.sentence.length).trim()
      throw new ImportFileError(error.errorCode, { row, detail }, { cause: error })
    }
    throw error
  }
}
